import type { Outcome } from '../core/ledger.ts';
import type { CodeFate } from '../core/problem.ts';
import type { Intent } from '../core/save.ts';
import { type Clearance, type Pass, pass, type Verdict } from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { type ChallengeAnswer, type ChallengeRequest, challenge, standing } from './challenge.ts';
import { guard } from './guard.ts';
import { recordEvent } from './record-event.ts';
import { couldSpeak } from './requirements.ts';
import { settleAll } from './settle.ts';
import type { Tools } from './tools.ts';
import type { Turns } from './turns.ts';

/** The use cases, all that the porch may call. */
export type Gate = {
  /** Lets the saves of one record take turns, from reading it to settling the answer, where a rule could speak about them. */
  inTurn<T>(intent: Intent, task: () => Promise<T>): Promise<T>;
  /** Judges a request that saves. Faults are thrown as `CountersignError`: nothing may be forwarded then. */
  guard(intent: Intent, reader: RecordReader): Promise<Verdict>;
  /** Tells the ledger what became of a save that was forwarded, and the caller what became of the code. Never throws. */
  settle(clearance: Clearance, outcome: Outcome, intent: Intent): Promise<CodeFate | undefined>;
  /** A request on a module's path that saves nothing. */
  admitRead(): Pass;
  /** Sends or resends a code by hand. */
  challenge(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
  /** What the ledger says of a rule and a record. */
  standing(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
};

export function createGate(tools: Tools, turns: Turns): Gate {
  return {
    inTurn(intent, task) {
      const stored = intent.saves.filter(({ operation }) => operation !== 'create');
      const concerned = stored.filter((save) =>
        tools.policy.rulesOf(save.module).some((rule) => couldSpeak(rule, save)),
      );
      return turns.run(
        concerned.map(({ module: name, id }) => `${name}\n${id}`),
        task,
      );
    },
    guard: (intent, reader) => guard(intent, reader, tools),
    async settle(clearance, outcome, intent) {
      const [first] = clearance.kind === 'pass' ? [] : clearance.redemptions;
      if (clearance.kind === 'pass' || !first) return undefined;
      const fate = await settleAll(clearance.redemptions, outcome, tools);
      const rules = clearance.redemptions.map(({ rule }) => rule);
      const { module: name, record, save } = first;
      await recordEvent({ event: 'save-settled', module: name, record, rules, save, outcome }, intent, tools);
      return fate;
    },
    admitRead: pass,
    challenge: (request, reader) => challenge(request, reader, tools),
    standing: (request, reader) => standing(request, reader, tools),
  };
}
