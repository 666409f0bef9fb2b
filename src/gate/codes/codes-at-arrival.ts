import { type Row, standingOf } from '../../core/ledger/row.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import { aliasesOf, type Rule } from '../../core/rule/rule.ts';
import type { Intent, Save } from '../../core/saving/save.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import { refusalAbout } from '../answer/refusal.ts';
import { locate } from '../ledger/advance.ts';
import { rowKeysOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/** A rule whose code a request carries, as the ledger had it when the request came in. */
export type Arrived = {
  readonly rule: Rule;
  readonly save: Save;
  /** The code that was alive then. */
  readonly codeId: string | undefined;
  /** When the request came in, by the store's clock: the ledger may take its time to answer. */
  readonly since: number;
};

/** A race that was lost, and the rule whose code decided it. */
type Lost = { readonly rule: Rule; readonly save: Save; readonly refused: Refused };

/** The rules whose codes the request carries, before it waits for its turn. */
export async function codesAtArrival(intent: Intent, tools: Tools): Promise<readonly Arrived[]> {
  const { policy, keyring, clock } = tools;
  const aliases = new Set(intent.codes.map(({ alias }) => alias));
  const named = intent.saves
    .filter(({ operation }) => operation !== 'create')
    .flatMap((save) =>
      policy
        .rulesOf(save.module)
        .filter(isEnforced)
        .map((rule) => ({ rule, save })),
    )
    .filter(({ rule }) => aliasesOf(rule).some((alias) => aliases.has(alias)));
  const asked = clock.now();
  return Promise.all(
    named.map(async ({ rule, save }) => {
      const { row, now } = await locate(tools, rowKeysOf({ rule, save }, keyring));
      const codeId = standingOf(row, now) === 'living' ? row.code?.id : undefined;
      return { rule, save, codeId, since: now - (clock.now() - asked) };
    }),
  );
}

/**
 * A request that no rule applies to any more, because a faster one with the same code has changed the record, or because it
 * is that very request once more, is told so and does not pass as if it had brought nothing: of any number of racers, one
 * reaches the CRM.
 */
export async function lostRace(
  arrived: readonly Arrived[],
  intent: Intent,
  tools: Tools,
): Promise<Lost | undefined> {
  const { keyring } = tools;
  if (arrived.length === 0) return undefined;
  const digests = keyring.digests('save', intent.identity());
  for (const { rule, save, codeId, since } of arrived) {
    const { row, now } = await locate(tools, rowKeysOf({ rule, save }, keyring));
    const state = row.code?.state;
    const isAgain = (state?.kind === 'used' || state?.kind === 'claimed') && digests.includes(state.save);
    const isSlower =
      (codeId !== undefined && row.code?.id === codeId) || (state?.kind === 'used' && state.at > since);
    const slug = isAgain || isSlower ? slugOf(row, now) : undefined;
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
