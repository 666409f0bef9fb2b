import {
  addressChangeOf,
  firstAddressOf,
  type GoesToSame,
  touchesAddress,
} from '../../core/rule/address-change.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { Save } from '../../core/saving/save.ts';
import type { JsonObject } from '../../core/wire/json.ts';

/** The rules of which a save changes an address, so that somebody has to be asked, with the names of those addresses. */
export type ChangedAddresses = ReadonlyMap<Rule, readonly string[]>;

/** What is known of the people behind addresses. */
export type Reach = {
  /** Whether one of a rule's addresses is usable on the stored record, or nobody knows whether one is. */
  readonly reaches: (rule: Rule) => Promise<boolean>;
  readonly goesToSame: GoesToSame;
};

/** What a save does to the addresses of rules. `filledIn`: the rules of which it fills in an address and nobody can be asked. */
export type AddressFinds = { readonly changed: ChangedAddresses; readonly filledIn: readonly Rule[] };

const NONE: AddressFinds = { changed: new Map(), filledIn: [] };

/**
 * Of which rules the save changes an address. An address in another form is the same one. Filling in an empty one is free only where nobody
 * can be asked. A record that does not exist yet has no address.
 */
export async function changedAddressesOf(
  rules: readonly Rule[],
  save: Save,
  before: JsonObject | null,
  { reaches, goesToSame }: Reach,
): Promise<AddressFinds> {
  const touched = before === null ? [] : rules.filter((rule) => touchesAddress(rule, save));
  if (before === null || touched.length === 0) return NONE;
  const found = await Promise.all(
    touched.map(async (rule) => {
      const { changed, filledIn } = addressChangeOf(rule, save, before, goesToSame);
      const isAsked = changed.length > 0 || (filledIn.length > 0 && (await reaches(rule)));
      return { rule, isAsked, addresses: [...changed, ...filledIn] };
    }),
  );
  const touching = found.filter(({ addresses }) => addresses.length > 0);
  return {
    changed: new Map(
      touching.filter(({ isAsked }) => isAsked).map(({ rule, addresses }) => [rule, addresses]),
    ),
    filledIn: touching.filter(({ isAsked }) => !isAsked).map(({ rule }) => rule),
  };
}

/**
 * One change of an address is one question, however many rules send there: the first in the order of the configuration asks it.
 * Two addresses that change at once are two: a rule asks about its own unless an earlier one asks the same person about them all.
 * A rule in shadow mode asks nobody, so it asks for none that is enforced.
 */
export function askedOnce(changed: ChangedAddresses, before: JsonObject | null): ChangedAddresses {
  if (changed.size < 2 || before === null) return changed;
  const asking: [Rule, readonly string[]][] = [];
  for (const [rule, addresses] of changed) {
    const first = firstAddressOf(rule, before);
    const isAnswered = asking.some(
      ([earlier, theirs]) =>
        earlier.mode === rule.mode &&
        addresses.every((address) => theirs.includes(address)) &&
        (theirs.length === 1 || firstAddressOf(earlier, before) === first),
    );
    if (!isAnswered) asking.push([rule, addresses]);
  }
  return new Map(asking);
}
