import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesOf, unguarded } from './disguises/draft.ts';
import { nestedSaves } from './disguises/nested.ts';
import { type NamesStage, openNamesStage } from './names-stage.ts';
import { changedBy } from './readers/names.ts';

const RUNS = 400;
const ENOUGH = 100;

describe.each([
  ['refused unless they are declared', { values: ['lines'] }],
  ['searched for guarded names', { values: ['lines'], nested: 'judge' }],
])('where nested members are %s', (_, changes) => {
  let stage: NamesStage;
  beforeAll(async () => {
    stage = await openNamesStage(changes);
  });
  afterAll(() => stage.close());

  it('no server finds a guarded change in what arrives without a code, under whatever name it stands', {
    timeout: 240_000,
  }, async () => {
    let [asked, meant] = [0, 0];
    await fc.assert(
      fc.asyncProperty(nestedSaves, async (draft) => {
        // Asked until it is shown: the readers cost more than the gateway.
        if (++asked <= ENOUGH && changedBy(unguarded(draft)).length > 0) meant++;
        const { arrived } = await stage.send(bytesOf(draft));
        expect(arrived.map((save) => [changedBy(save), String(save.body)])).toEqual(
          arrived.map((save) => [[], String(save.body)]),
        );
      }),
      { numRuns: RUNS },
    );
    // Nearly each of them is an attack on a server that nobody guards.
    expect(meant).toBeGreaterThan(ENOUGH * 0.8);
  });
});
