import { type Asker, type Intent, modulesOf } from '../core/saving/save.ts';
import type { Cleared, OutgoingRequest, Unjudged } from '../core/verdict/cleared.ts';
import type { FollowUp, Verdict } from '../core/verdict/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { type ChallengeAnswer, type ChallengeRequest, challenge, standing } from './challenge.ts';
import { challengeMany, type ManyRequest, type RecordAnswered } from './challenge-many.ts';
import { clear } from './clear.ts';
import { codesOnArrival } from './codes/arrival.ts';
import { beginDecision } from './decision.ts';
import { type Ending, endingOf } from './ending.ts';
import { followAll } from './follow.ts';
import { endGrant, type GrantAnswer, type GrantRequest, grantFor } from './grants.ts';
import { guard } from './guard.ts';
import { type IdentifyRequest, identify } from './identify.ts';
import { type Watch, watchOf } from './judging/watch.ts';
import type { Tools } from './ledger/tools.ts';
import { createReports, type Reports } from './take-reports.ts';
import type { Turns } from './turns.ts';

/** The use cases, all that the porch may call. */
export type Gate = {
  /**
   * Judges a request that saves or wants to see a record, and runs the task with the verdict, and with whom to tell what came of
   * it. The saves of one record take turns, from reading it to the end of the task. Faults are thrown as `CountersignError`:
   * nothing may be forwarded then.
   */
  judge<T>(
    intent: Intent,
    reader: RecordReader,
    task: (verdict: Verdict, ending: Ending) => Promise<T>,
  ): Promise<T>;
  /** Sends the codes that a save asks for which went through. Never throws. */
  follow(
    followUps: readonly FollowUp[],
    createdId: string | undefined,
    intent: Intent,
    reader: RecordReader,
  ): Promise<void>;
  /** Clears a held request that need not be judged. */
  admit(request: OutgoingRequest, because: Unjudged): Cleared;
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
  endGrant(token: string, context: Pick<Asker, 'caller' | 'request'>): Promise<void>;
  /** What the ledger says of a rule and a record. */
  standing(request: ChallengeRequest, reader: RecordReader): Promise<ChallengeAnswer>;
  /** What providers say of messages. */
  readonly reports: Reports;
};

export function createGate(tools: Tools, turns: Turns): Gate {
  const aboutRule = ({ rule, trace }: Pick<ChallengeRequest, 'rule' | 'trace'>) => {
    const named = tools.policy.ruleNamed(rule);
    return { modules: named ? [named.module] : [], trace };
  };
  return {
    judge: (intent, reader, task) =>
      tools.tracing.request('guard', subjectsOf(intent), async (note) => {
        const decision = beginDecision(intent, note, tools);
        try {
          // Looked up now, awaited where it is wanted: the record is read meanwhile. Whoever awaits it hears its fault; one that
          // nobody awaits any more would end the process.
          const arriving = intent.codes.length > 0 ? codesOnArrival(intent, tools) : undefined;
          arriving?.catch(() => undefined);
          const watches = intent.saves.map((save) => watchOf(save, tools.policy));
          return await turns.run(turnKeysOf(watches), async () => {
            const judged = await guard(intent, watches, arriving, reader, tools);
            decision.judged(judged);
            return await task(judged.verdict, endingOf(judged.verdict, intent, decision, tools));
          });
        } finally {
          decision.tell();
        }
      }),
    follow: (followUps, createdId, intent, reader) =>
      tools.tracing.request('follow', subjectsOf(intent), () =>
        followAll(followUps, createdId, intent, reader, tools),
      ),
    admit: clear,
    challenge: (request, reader) =>
      tools.tracing.request('send', aboutRule(request), () => challenge(request, reader, tools)),
    challengeMany: (request, records, reader) =>
      tools.tracing.request('send', aboutRule(request), () => challengeMany(request, records, reader, tools)),
    identify: (request, reader) =>
      tools.tracing.request('send', { modules: [request.rule.module], trace: request.trace }, () =>
        identify(request, reader, tools),
      ),
    grant: (request, reader) =>
      tools.tracing.request('grant', aboutRule(request), () => grantFor(request, reader, tools)),
    endGrant: (token, context) => endGrant(token, context, tools),
    standing: (request, reader) => standing(request, reader, tools),
    reports: createReports(tools),
  };
}

function subjectsOf({ saves, trace }: Intent) {
  return { modules: modulesOf(saves), trace };
}

/** The records that the request takes turns about: those that a rule could speak about and that exist. */
function turnKeysOf(watches: readonly Watch[]): readonly string[] {
  return watches
    .filter(({ save, enforced }) => !['create', 'read'].includes(save.operation) && enforced.length > 0)
    .map(({ save }) => `${save.module}\n${save.id}`);
}
