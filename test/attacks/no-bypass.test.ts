import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISGUISES } from './disguises/all.ts';
import { bytesOf, unguarded } from './disguises/draft.ts';
import { deliveredTo } from './readers/all.ts';
import { openStage, type Stage, slipped } from './stage.ts';

const RUNS = 400;

describe('without a valid code, no reader behind the gateway sees a delivery', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  for (const [kind, drafts] of Object.entries(DISGUISES)) {
    it(`in ${kind}`, { timeout: 60_000 }, async () => {
      let meant = 0;
      await fc.assert(
        fc.asyncProperty(drafts, async (draft) => {
          if (deliveredTo(unguarded(draft)).length > 0) meant++;
          const { arrived } = await stage.send(bytesOf(draft));
          expect(slipped(arrived)).toEqual([]);
        }),
        { numRuns: RUNS },
      );
      // The readers do see a delivery where nobody guards: else nothing was shown.
      expect(meant).toBeGreaterThan(RUNS / 8);
    });
  }
});
