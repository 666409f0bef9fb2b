import type { Outcome } from '../core/ledger.ts';
import type { CodeFate } from '../core/problem.ts';
import type { Intent } from '../core/save.ts';
import { type Clearance, type FollowUp, type Pass, pass, type Verdict } from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { codesOnArrival } from './arrival.ts';
import { type ChallengeAnswer, type ChallengeRequest, challenge, standing } from './challenge.ts';
import { challengeMany, type ManyRequest, type RecordAnswered } from './challenge-many.ts';
import { followAll } from './follow.ts';
import { endGrant, type GrantAnswer, type GrantRequest, grantFor } from './grants.ts';
import { guard } from './guard.ts';
import { type IdentifyRequest, identify } from './identify.ts';
import { kindOf, recordEvent } from './record-event.ts';
import { settleAll } from './settle.ts';
import { createReports, type Reports } from './take-reports.ts';
import type { Tools } from './tools.ts';
import type { Turns } from './turns.ts';
import { type Watch, watchOf } from './watch.ts';

/** The use cases, all that the porch may call. */
export type Gate = {
  /**
   * Judges a request that saves or wants to see a record, and runs the task with the verdict. The saves of one record take
   * turns, from reading it to the end of the task. Faults are thrown as `CountersignError`: nothing may be forwarded then.
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
  /** The same for several records, one after the other; what goes wrong with one is told of that one. */
  challengeMany(
    request: ManyRequest,
    records: readonly string[],
    reader: RecordReader,
  ): Promise<readonly RecordAnswered[]>;
  /** Sends a code to whoever was asked for, and says the same of everybody. */
  identify(request: IdentifyRequest, reader: RecordReader): Promise<ChallengeAnswer>;
  /** Turns a code into a grant: a verification that is remembered. */
  grant(request: GrantRequest, reader: RecordReader): Promise<GrantAnswer>;
  /** Ends a grant. */
  endGrant(token: string, context: Pick<Intent, 'caller' | 'request'>): Promise<void>;
  /** What the ledger says of a rule and a record. */
  standing(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
  /** What providers say of messages. */
  readonly reports: Reports;
};

export function createGate(tools: Tools, turns: Turns): Gate {
  return {
    async judge(intent, reader, task) {
      const started = performance.now();
      const arrived = await codesOnArrival(intent, tools);
      const watches = intent.saves.map((save) => watchOf(save, tools.policy));
      return turns.run(turnKeysOf(watches), async () => {
        const verdict = await guard(intent, watches, arrived, reader, tools);
        tools.metrics.gateTook((performance.now() - started) / 1000);
        return task(verdict);
      });
    },
    async settle(clearance, outcome, intent) {
      const [first] = clearance.kind === 'pass' ? [] : clearance.redemptions;
      if (clearance.kind === 'pass' || !first) return undefined;
      const fate = await settleAll(clearance.redemptions, outcome, tools);
      const rules = clearance.redemptions.map(({ rule }) => rule);
      const { module: name, record, save } = first;
      const event = `${kindOf(intent)}-settled` as const;
      await recordEvent({ event, module: name, record, rules, save, outcome }, intent, tools);
      return fate;
    },
    follow: (followUps, createdId, intent, reader) => followAll(followUps, createdId, intent, reader, tools),
    admitRead: () => pass(),
    challenge: (request, reader) => challenge(request, reader, tools),
    challengeMany: (request, records, reader) => challengeMany(request, records, reader, tools),
    identify: (request, reader) => identify(request, reader, tools),
    grant: (request, reader) => grantFor(request, reader, tools),
    endGrant: (token, context) => endGrant(token, context, tools),
    standing: (request, reader) => standing(request, reader, tools),
    reports: createReports(tools),
  };
}

/** The records that the request takes turns about: those that a rule could speak about and that exist. */
function turnKeysOf(watches: readonly Watch[]): readonly string[] {
  return watches
    .filter(({ save, enforced }) => !['create', 'read'].includes(save.operation) && enforced.length > 0)
    .map(({ save }) => `${save.module}\n${save.id}`);
}
