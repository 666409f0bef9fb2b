import type { Outcome } from '../core/ledger.ts';
import type { CodeFate } from '../core/problem.ts';
import type { Intent } from '../core/save.ts';
import { type Clearance, type FollowUp, type Pass, pass, type Verdict } from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { codesOnArrival } from './arrival.ts';
import { type ChallengeAnswer, type ChallengeRequest, challenge, standing } from './challenge.ts';
import { followAll } from './follow.ts';
import { guard } from './guard.ts';
import { recordEvent } from './record-event.ts';
import { couldSpeak } from './requirements.ts';
import { settleAll } from './settle.ts';
import type { Tools } from './tools.ts';
import type { Turns } from './turns.ts';

/** The use cases, all that the porch may call. */
export type Gate = {
  /**
   * Judges a request that saves, and runs the task with the verdict. The saves of one record take turns, from reading it to
   * the end of the task. Faults are thrown as `CountersignError`: nothing may be forwarded then.
   */
  judge<T>(intent: Intent, reader: RecordReader, task: (verdict: Verdict) => Promise<T>): Promise<T>;
  /** Tells the ledger what became of a save that was forwarded, and the caller what became of the code. Never throws. */
  settle(clearance: Clearance, outcome: Outcome, intent: Intent): Promise<CodeFate | undefined>;
  /** Sends the codes that a save asks for which went through. Never throws. */
  follow(
    followUps: readonly FollowUp[],
    createdId: string | undefined,
    intent: Intent,
    reader: RecordReader,
  ): Promise<void>;
  /** A request on a module's path that saves nothing. */
  admitRead(): Pass;
  /** Sends or resends a code by hand. */
  challenge(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
  /** What the ledger says of a rule and a record. */
  standing(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
};

export function createGate(tools: Tools, turns: Turns): Gate {
  return {
    async judge(intent, reader, task) {
      const arrived = await codesOnArrival(intent, tools);
      return turns.run(turnKeysOf(intent, tools), async () =>
        task(await guard(intent, arrived, reader, tools)),
      );
    },
    async settle(clearance, outcome, intent) {
      const [first] = clearance.kind === 'pass' ? [] : clearance.redemptions;
      if (clearance.kind === 'pass' || !first) return undefined;
      const fate = await settleAll(clearance.redemptions, outcome, tools);
      const rules = clearance.redemptions.map(({ rule }) => rule);
      const { module: name, record, save } = first;
      await recordEvent({ event: 'save-settled', module: name, record, rules, save, outcome }, intent, tools);
      return fate;
    },
    follow: (followUps, createdId, intent, reader) => followAll(followUps, createdId, intent, reader, tools),
    admitRead: () => pass(),
    challenge: (request, reader) => challenge(request, reader, tools),
    standing: (request, reader) => standing(request, reader, tools),
  };
}

/** The records that the request takes turns about: those that a rule could speak about and that exist. */
function turnKeysOf({ saves }: Intent, { policy }: Tools): readonly string[] {
  return saves
    .filter((save) => save.operation !== 'create')
    .filter((save) => policy.rulesOf(save.module).some((rule) => couldSpeak(rule, save)))
    .map(({ module: name, id }) => `${name}\n${id}`);
}
