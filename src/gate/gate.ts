import { isEnforced } from '../core/rule/policy.ts';
import { type Asker, modulesOf } from '../core/saving/save.ts';
import type { Cleared, OutgoingRequest, Unjudged } from '../core/verdict/cleared.ts';
import { faultProblem } from '../core/verdict/fault-problem.ts';
import type { Problem } from '../core/verdict/problem.ts';
import type { Refusal } from '../core/verdict/refusal.ts';
import { type HandedOn, refused } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import { type Calls, createCalls } from './calls.ts';
import { clear } from './clear.ts';
import { codesAtArrival } from './codes/codes-at-arrival.ts';
import { createReports, type Reports } from './delivery-reports.ts';
import { hiddenAmong } from './hiding.ts';
import { doubted, judge } from './judge.ts';
import { type Judged, type RefusalAbout, stoppedBy } from './judging/judged.ts';
import { knownBy, type RulesAtStake, rulesAtStake } from './judging/rules-at-stake.ts';
import type { Tools } from './ledger/tools.ts';
import { type Confirmations, createConfirmations } from './people/confirm.ts';
import { createWaits } from './people/waits.ts';
import { beginDecision, decideUnjudged } from './record-decision.ts';
import { handOn, type Refusee, refuse } from './refusals/refuse.ts';
import { beginTurn, type Turn } from './turn.ts';
import type { Turns } from './turns.ts';

/** The use cases, all that `http` may call. */
export type Gate = Calls & {
  /**
   * Judges a request that saves or wants to see a record, in its turn with other saves of the same record. What goes wrong is a
   * refusal; nothing is thrown. Release what you get: `await using turn = await gate.judge(…)`.
   */
  judge(intent: Intent): Promise<Turn>;
  /** Runs what is done about a guarded request in a span of its own, which ends with its turn. */
  inSpan<T>(intent: Pick<Intent, 'saves' | 'trace'>, task: () => Promise<T>): Promise<T>;
  /** Clears a held request that need not be judged. */
  admit(request: OutgoingRequest, because: Unjudged): Cleared;
  /** Refuses what is not judged: by its path, by its form, or because something failed. `rule`: the one that a call names. */
  refuse(problem: Problem, asker: Asker, rule?: string): Promise<Refusal>;
  /** Tells of what would be refused so, and goes on. */
  report(problem: Problem, asker: Asker): void;
  /** Hands an answer of the CRM to a call on, by which that is refused. */
  handOn(handedOn: HandedOn, asker: Refusee, rule?: string): Promise<HandedOn>;
  /** What providers say of messages. */
  readonly reports: Reports;
  /** What customers answer on pages. */
  readonly confirmations: Confirmations;
  /** Answers all calls that wait, with what is known by then: the gateway stops. */
  endWaits(): void;
};

/** The gate over these tools. Saves of one record take turns by `turns`, which gates of one process share. */
export function createGate(tools: Tools, turns: Turns): Gate {
  const waits = createWaits(MOST_WAITING);
  /** A request without a record, and the rule that it names. */
  const aboutCall = (alias: string | undefined): RefusalAbout => {
    const rule = alias === undefined ? undefined : tools.policy.ruleNamed(alias);
    return { what: 'request', rules: rule ? [rule] : [] };
  };
  return {
    ...createCalls(tools, waits),
    async judge(intent) {
      const decision = beginDecision(intent, tools);
      const atStake = intent.saves.map((save) => rulesAtStake(knownBy(save, intent), tools.policy));
      let leave = () => {};
      let judged: Judged;
      try {
        // Looked up now, awaited where it is wanted: the record is read meanwhile. Whoever awaits it gets its fault; a fault that
        // nobody awaited would end the process.
        const arriving = codesAtArrival(intent, atStake, tools);
        arriving?.catch(() => undefined);
        const keys = turnKeysOf(atStake);
        // To wait for somebody's save of a record would tell that it is there. A grant that is opened meanwhile comes too late.
        const hidden = () => (keys.length > 0 ? hiddenAmong(atStake, intent, tools) : undefined);
        const stopped = doubted(intent, tools.policy) ?? (await hidden());
        if (!stopped) leave = await turns.take(keys);
        judged = stopped ? stoppedBy(stopped, intent) : await judge(intent, atStake, arriving, tools);
        decision.judged(judged);
      } catch (err) {
        tools.log.error({ err, request: intent.request.id }, 'a request could not be judged');
        tools.tracing.failed(err);
        judged = failed(err, intent, atStake);
      }
      return beginTurn({ judged, leave, decision }, intent, tools);
    },
    inSpan: (intent, task) =>
      tools.tracing.request('guard', { modules: modulesOf(intent.saves), trace: intent.trace }, task),
    admit: clear,
    refuse(problem, asker, rule) {
      decideUnjudged(problem, 'enforce', asker, tools);
      return refuse(refused(problem), aboutCall(rule), asker, tools);
    },
    report: (problem, asker) => decideUnjudged(problem, 'shadow', asker, tools),
    handOn: (handedOn, asker, rule) => handOn(handedOn, aboutCall(rule), asker, tools),
    reports: createReports(tools),
    confirmations: createConfirmations(tools),
    endWaits: waits.end,
  };
}

/** Calls that wait for an answer of a customer. */
const MOST_WAITING = { all: 200, place: 100, caller: 4 } as const;

/** A fault, as the refusal that it is to the caller, of whatever might have applied. */
function failed(fault: unknown, intent: Intent, atStake: readonly RulesAtStake[]): Judged {
  const rules = atStake.flatMap((one) => [...one.rules.filter(isEnforced), ...one.hiding]);
  return stoppedBy({ stop: refused(faultProblem(fault)), save: intent.saves[0], rules }, intent);
}

/** The records that the request takes turns about: those that a rule could apply to and that exist. */
function turnKeysOf(atStake: readonly RulesAtStake[]): readonly string[] {
  return atStake
    .filter(({ save, rules }) => !['create', 'read'].includes(save.operation) && rules.some(isEnforced))
    .map(({ save }) => `${save.module}\n${save.id}`);
}
