import type { Outcome } from '../core/ledger/ledger.ts';
import type { Intent } from '../core/saving/save.ts';
import type { CodeFate } from '../core/verdict/problem.ts';
import type { Verdict } from '../core/verdict/verdict.ts';
import { kindOf, recordEvent } from './answer/record-event.ts';
import { settleAll } from './codes/settle.ts';
import type { Decision } from './decision.ts';
import type { Tools } from './ledger/tools.ts';

/** What becomes of a request after its verdict, told by whoever forwards it. */
export type Ending = {
  /** The CRM answered with this status. */
  answered(status: number): void;
  /** Tells the ledger what became of a save that was forwarded, and the caller what became of the code. Never throws. */
  settle(outcome: Outcome): Promise<CodeFate | undefined>;
};

export function endingOf(verdict: Verdict, intent: Intent, decision: Decision, tools: Tools): Ending {
  return {
    answered: decision.answered,
    async settle(outcome) {
      decision.settled(outcome);
      const [first] = verdict.kind === 'countersigned' ? verdict.redemptions : [];
      if (verdict.kind !== 'countersigned' || !first) return undefined;
      const fate = await settleAll(verdict.redemptions, outcome, tools);
      const rules = verdict.redemptions.map(({ rule }) => rule);
      const { module: name, record, save } = first;
      const event = `${kindOf(intent)}-settled` as const;
      await recordEvent({ event, module: name, record, rules, save, outcome }, intent, tools);
      return fate;
    },
  };
}
