import { type Row, standingOf } from '../core/row.ts';
import { aliasesOf, type Rule } from '../core/rule.ts';
import type { Intent, Save } from '../core/save.ts';
import { type Refused, refused } from '../core/verdict.ts';
import { locate } from './advance.ts';
import { refusalOf } from './refuse.ts';
import { ruleRowOf } from './rule-row.ts';
import { rowKeysOf } from './subject.ts';
import type { Tools } from './tools.ts';

/** A code that was alive when a request that carries one came in. */
export type Living = { readonly rule: Rule; readonly save: Save; readonly codeId: string };

/** The codes that are alive for the rules whose codes the request carries, before it waits for its turn. */
export async function codesOnArrival(
  intent: Intent,
  { policy, keyring, store }: Tools,
): Promise<readonly Living[]> {
  if (intent.codes.length === 0) return [];
  const aliases = new Set(intent.codes.map(({ alias }) => alias));
  const found = intent.saves
    .filter(({ operation }) => operation !== 'create')
    .flatMap((save) =>
      policy
        .rulesOf(save.module)
        .filter((rule) => aliasesOf(rule).some((alias) => aliases.has(alias)))
        .map(async (rule): Promise<readonly Living[]> => {
          const { row, now } = await locate(store, rowKeysOf({ rule, save }, keyring));
          return row.code && standingOf(row, now) === 'living' ? [{ rule, save, codeId: row.code.id }] : [];
        }),
    );
  return (await Promise.all(found)).flat();
}

/**
 * A request that no rule speaks about any more, because another one with the same code was faster and has changed the record,
 * is told so, and does not pass as if it had brought nothing: of any number of racers, one reaches the CRM.
 */
export async function overtaken(
  arrived: readonly Living[],
  { keyring, store }: Tools,
): Promise<Refused | undefined> {
  for (const { rule, save, codeId } of arrived) {
    const { row, now } = await locate(store, rowKeysOf({ rule, save }, keyring));
    const slug = row.code?.id === codeId ? slugOf(row, now) : undefined;
    if (slug) return refused(refusalOf(slug, [ruleRowOf(rule, row, now, slug)]));
  }
  return undefined;
}

function slugOf(row: Row, now: number): 'otp-used' | 'otp-in-progress' | undefined {
  const standing = standingOf(row, now);
  if (standing === 'used') return 'otp-used';
  return standing === 'in-progress' ? 'otp-in-progress' : undefined;
}
