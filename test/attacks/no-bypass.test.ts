import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISGUISES } from './disguises/all.ts';
import { bytesOf, unguarded } from './disguises/draft.ts';
import { deliveredTo } from './readers/all.ts';
import { openStage, type Stage, slipped } from './stage.ts';

const note = { dialect: 'rest', path: '/api/DeliveryNotes' } as const;

/** The gateway as it is by default, and with all that opens it; and how many attacks of each kind it gets. */
const STAGES = [
  ['by default', {}, 400],
  ['where other writes are forwarded', { unmappedWrites: 'forward' }, 150],
  [
    'where forms may be JSON',
    {
      modules: { DeliveryNotes: { ...note, assume: 'json', records: '/records', tolerateDoubleSlash: true } },
    },
    150,
  ],
  ['where bodies are sent verbatim', { modules: { DeliveryNotes: { ...note, verbatim: true } } }, 150],
] as const;

describe.each(
  STAGES,
)('without a valid code, no reader behind the gateway sees a delivery: %s', (_, options, runs) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(options);
  });
  afterAll(() => stage.close());

  it.each(Object.entries(DISGUISES))('in %s', { timeout: 240_000 }, async (_kind, drafts) => {
    const enough = runs / 8;
    let meant = 0;
    await fc.assert(
      fc.asyncProperty(drafts, async (draft) => {
        // Asked until it is shown: the readers cost more than the gateway.
        if (meant <= enough && deliveredTo(unguarded(draft)).length > 0) meant++;
        const { arrived } = await stage.send(bytesOf(draft));
        expect(slipped(arrived)).toEqual([]);
      }),
      { numRuns: runs },
    );
    // The readers do see a delivery where nobody guards: else nothing was shown.
    expect(meant).toBeGreaterThan(enough);
  });
});
