import { emptyRow, type Row, type Standing, standingOf } from '../../core/ledger/row.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import { aliasesOf, type Rule } from '../../core/rule/rule.ts';
import { ownedAs, type Save } from '../../core/saving/save.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import type { Intent } from '../../ports/intent.ts';
import type { FoundRecord } from '../../ports.ts';
import type { RulesAtStake } from '../judging/rules-at-stake.ts';
import { codeRows } from '../ledger/rows.ts';
import { covers, rowKeysOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { refusalAbout } from '../refusals/refusal-text.ts';

/** A rule whose code a request carries, or for which somebody may have answered, as the ledger had it when the request came in. */
export type Arrived = {
  readonly rule: Rule;
  readonly save: Save;
  /** The code that was alive then. */
  readonly codeId: string | undefined;
  /** Whether the request carries a code for the rule. */
  readonly isPresented: boolean;
  /** When the request came in, by the store's clock: the ledger may take its time to answer. */
  readonly since: number;
};

/** A race that was lost, and the rule whose code decided it. */
type Lost = { readonly rule: Rule; readonly save: Save; readonly refused: Refused };

/**
 * The rules whose codes the request carries, and those that may apply to it and for which somebody may have answered, before it waits
 * for its turn; undefined where there are none.
 */
export function codesAtArrival(
  intent: Intent,
  atStake: readonly RulesAtStake[],
  tools: Tools,
): Promise<readonly Arrived[]> | undefined {
  const { policy, keyring, clock } = tools;
  const aliases = new Set(intent.codes.map(({ alias }) => alias));
  const isPresented = (rule: Rule) => aliasesOf(rule).some((alias) => aliases.has(alias));
  const named = atStake
    .filter(({ save }) => save.operation !== 'create')
    .flatMap(({ save, rules }) =>
      (aliases.size > 0 ? policy.rulesOf(save.module) : rules)
        .filter(
          (rule) => isEnforced(rule) && (isPresented(rule) || (isAnswerable(rule) && rules.includes(rule))),
        )
        .map((rule) => ({ rule, save })),
    );
  if (named.length === 0 && aliases.size === 0) return undefined;
  const asked = clock.now();
  return Promise.all(
    named.map(async ({ rule, save }): Promise<Arrived> => {
      const about = { rule, save, isPresented: isPresented(rule) };
      const looking = codeRows.locate(tools, rowKeysOf(about, keyring));
      // A save that brings no code may need nothing of the ledger. Where it does, the store is asked again, and its fault is thrown then.
      const seen = about.isPresented ? await looking : await looking.catch(() => undefined);
      const { row, now } = seen ?? { row: emptyRow(''), now: clock.now() };
      const isOut = (about.isPresented ? OUT : ANSWERED).includes(standingOf(row, now));
      const codeId = isOut ? row.code?.id : undefined;
      return { ...about, codeId, since: now - (clock.now() - asked) };
    }),
  );
}

const OUT: readonly Standing[] = ['living', 'approved', 'overridden'];
/** One that a faster save without a code may be spending already. */
const ANSWERED: readonly Standing[] = ['approved', 'overridden', 'in-progress'];

/** Whether a save that the rule applies to may pass without a code. */
function isAnswerable({ confirm, override }: Rule): boolean {
  return confirm === 'page' || override !== undefined;
}

/** Whether somebody had answered for a save of the record when the request came in, and a faster one has spent that since. */
export function hasLostRace(
  { rule, save }: Pick<Arrived, 'rule' | 'save'>,
  row: Row,
  arrived: readonly Arrived[],
): boolean {
  const { code } = row;
  const own = arrived.find((one) => one.rule === rule && one.save === save);
  if (code?.state.kind !== 'used' || !code.approval || !own) return false;
  return own.codeId === code.id || code.state.at > own.since;
}

/**
 * A request to which no rule applies by now, because a faster one with the same code, or by the same answer, has changed the record, or
 * because it is that very request once more, is told so and does not pass as if it had brought nothing: of any number of racers, one
 * reaches the CRM. One that brought no code and came later changes nothing, and passes. `before`: the records as they are stored now.
 */
export async function lostRace(
  arrived: readonly Arrived[],
  before: ReadonlyMap<Save, FoundRecord>,
  intent: Intent,
  tools: Tools,
): Promise<Lost | undefined> {
  const { keyring } = tools;
  if (arrived.length === 0) return undefined;
  const digests = keyring.digests('save', intent.identity());
  for (const { rule, save, codeId, isPresented, since } of arrived) {
    const { record } = before.get(save) ?? {};
    const subject = {
      rule,
      save: ownedAs(save, record?.own),
      before: record?.fields ?? null,
      about: 'criteria',
      caller: intent.caller.user,
    } as const;
    const { row, now } = await codeRows.locate(tools, rowKeysOf(subject, keyring));
    const state = row.code?.state;
    const isSame = codeId !== undefined && row.code?.id === codeId;
    const isAgain = (state?.kind === 'used' || state?.kind === 'claimed') && digests.includes(state.save);
    const isLate = isSame || (state?.kind === 'used' && state.at > since);
    const isForIt = row.code?.approval !== undefined && covers(row.code, subject, keyring);
    const isSlower = isLate && (isPresented || isForIt);
    const slug = (isPresented && isAgain) || isSlower ? slugOf(row, now) : undefined;
    const requirement = { rule, named: save.id ?? undefined };
    if (slug) return { rule, save, refused: refused(refusalAbout([{ requirement, row, now, slug }])) };
  }
  return undefined;
}

function slugOf(row: Row, now: number): 'otp-used' | 'otp-in-progress' | undefined {
  const standing = standingOf(row, now);
  if (standing === 'used') return 'otp-used';
  return standing === 'in-progress' ? 'otp-in-progress' : undefined;
}
