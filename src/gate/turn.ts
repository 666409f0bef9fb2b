import type { Outcome } from '../core/ledger/spending.ts';
import { kindOf, type Save } from '../core/saving/save.ts';
import type { CodeFate, Problem } from '../core/verdict/problem.ts';
import type { Refusal } from '../core/verdict/refusal.ts';
import { type Redemption, refused, type Verdict } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import type { FoundRecord } from '../ports.ts';
import { clear } from './clear.ts';
import { afterARefusal } from './codes/after-a-refusal.ts';
import { settleAll } from './codes/settle.ts';
import { followAll } from './follow.ts';
import type { AfterSave, Judged } from './judging/judged.ts';
import type { Tools } from './ledger/tools.ts';
import type { Decision } from './record-decision.ts';
import { recordEvent } from './refusals/record-event.ts';
import { handOn, refuse } from './refusals/refuse.ts';

/**
 * One guarded request that was judged, and has its records to itself until it is released. Whoever forwards it says what became of
 * it; where that is forgotten, because something failed, the end of the turn settles its codes by what may have been saved.
 */
export type Turn = AsyncDisposable & {
  readonly verdict: Verdict;
  /** The stored record by which the save was judged; undefined where none was read. */
  recordOf(save: Save): FoundRecord | undefined;
  /** Whether codes are to be sent once it went through. */
  readonly hasFollowUps: boolean;
  /** The CRM answered with this status. */
  answered(status: number): void;
  /** Tells the ledger, once, what became of a save that was forwarded, and the caller what became of the code. Never throws. */
  settle(outcome: Outcome): Promise<CodeFate | undefined>;
  /** Refuses what was cleared and not forwarded. */
  refuse(problem: Problem): Promise<Refusal>;
  /** The records' next save may be judged, and the log has its line. */
  release(): void;
  /** Sends the codes that are due now that it went through. `createdId` is that of a new record, where the CRM told it. Never throws. */
  follow(createdId: string | undefined): Promise<void>;
};

/** What a turn begins with: what was judged, how its records are given free, and the line of the log about it. */
type Beginning = { readonly judged: Judged; readonly leave: () => void; readonly decision: Decision };

/** Begins the turn of a request that was judged: a refusal is written to the audit here. Whoever gets it releases it. */
export async function beginTurn(
  { judged, leave, decision }: Beginning,
  intent: Intent,
  tools: Tools,
): Promise<Turn> {
  const { found, about, records } = judged;
  let isCleared = false;
  let settling: Promise<CodeFate | undefined> | undefined;
  let isOver = false;
  let isAnswered = false;

  /** What the CRM said became of it, where its records do not say otherwise. */
  async function outcomeOf(said: Outcome): Promise<Outcome> {
    if (said !== 'notSaved' || !isAnswered || found.kind !== 'countersigned') return said;
    return afterARefusal(found.redemptions, records, intent.reader);
  }

  async function settleCodes(said: Outcome): Promise<CodeFate | undefined> {
    const outcome = await outcomeOf(said);
    decision.settled(outcome);
    const [first] = found.kind === 'countersigned' ? found.redemptions : [];
    if (found.kind !== 'countersigned' || !first) return undefined;
    const { redemptions } = found;
    const rules = redemptions.map(({ rule }) => rule);
    const { module: name, record, save } = first;
    if (outcome === 'saved') await recordOverrides(redemptions, intent, tools);
    const event = `${kindOf(intent)}-settled` as const;
    // Side by side: what the CRM said is written down whatever becomes of the code.
    const [fate] = await Promise.all([
      settleAll(redemptions, { outcome, mayDoMore: intent.request.method === 'POST' }, tools),
      recordEvent({ event, module: name, record, rules, save, outcome }, intent, tools),
    ]);
    return fate;
  }

  async function verdictOf(): Promise<Verdict> {
    if (found.kind === 'refused') return refuse(found, about, intent, tools);
    if (found.kind === 'handed-on') return handOn(found, about, intent, tools);
    const { kind } = found;
    return {
      kind,
      cleared(request) {
        isCleared = true;
        return clear(request, kind);
      },
    };
  }

  const turn: Turn = {
    verdict: await verdictOf(),
    recordOf: (save) => records.get(save),
    hasFollowUps: ('followUps' in found && found.followUps.length > 0) || afterSaveOf(found).length > 0,
    answered(status) {
      isAnswered = true;
      decision.answered(status);
    },
    settle(outcome) {
      settling ??= settleCodes(outcome);
      return settling;
    },
    async refuse(problem) {
      const code = await turn.settle('notSaved');
      return refuse(refused(code ? { ...problem, code } : problem), about, intent, tools);
    },
    release() {
      if (isOver) return;
      isOver = true;
      leave();
      decision.end();
    },
    async follow(createdId) {
      for (const run of afterSaveOf(found)) await run();
      if ('followUps' in found && found.followUps.length > 0)
        await followAll(found.followUps, createdId, intent, tools);
    },
    async [Symbol.asyncDispose]() {
      if (found.kind === 'countersigned') await turn.settle(isCleared ? 'unknown' : 'notSaved');
      turn.release();
    },
  };
  return turn;
}

function afterSaveOf(found: Judged['found']): readonly AfterSave[] {
  return 'afterSave' in found ? found.afterSave : [];
}

/** Writes down which saves went through because somebody vouched for them. */
async function recordOverrides(
  redemptions: readonly Redemption[],
  intent: Intent,
  tools: Tools,
): Promise<void> {
  for (const { rule, module: name, record, save, how } of redemptions) {
    if (how !== 'override') continue;
    tools.metrics.overridden({ rule, result: 'used' });
    await recordEvent({ event: 'override-used', module: name, record, rule, save }, intent, tools);
  }
}
