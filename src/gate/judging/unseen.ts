import type { Facts } from '../../core/criteria/facts.ts';
import { unsaidOf } from '../../core/likeness/said.ts';
import { isNoAddress } from '../../core/rule/address-change.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { type Asker, readOf } from '../../core/saving/save.ts';
import type { JsonObject } from '../../core/wire/json.ts';
import { rulesOpenedTo } from '../ledger/holds-grant.ts';
import type { Tools } from '../ledger/tools.ts';
import { type AddressFinds, askedOnce, changedAddressesOf, type Reach } from './changed-addresses.ts';
import { type Requirement, requirementsOf } from './requirements.ts';

/*
 * A record whose reads a rule guards may be saved by somebody who may not see it. What they hear must not tell how what they say compares with
 * what is stored: they could try one value after the other.
 */

/** Whether rules keep the record of the save from the caller, and no grant of theirs opens it. */
export async function isUnseen(
  facts: Facts,
  { grant }: Pick<Asker, 'grant'>,
  tools: Tools,
): Promise<boolean> {
  const { save, caller } = facts;
  if (save.id === null || save.operation === 'read') return false;
  const read = { ...facts, save: readOf(save) };
  const rules = tools.policy
    .rulesOf(save.module)
    .filter((rule) => isEnforced(rule) && rule.on.has('read') && rule.appliesTo.hold(facts))
    .filter((rule) => rule.when.hold(read));
  if (rules.length === 0) return false;
  const opened = await rulesOpenedTo({ ...save, id: save.id }, { grant, caller }, tools);
  return !rules.every((rule) => opened.includes(rule));
}

/**
 * The rules that apply to a save of a record that its caller may not see: all that they say counts as new, whatever is stored. The customer is told
 * what the save really changes. `addresses`: what it does to addresses by what is stored.
 */
export async function requirementsUnseen(
  asked: readonly Rule[],
  facts: Facts & { readonly before: JsonObject },
  addresses: AddressFinds,
  reach: Reach,
): Promise<readonly Requirement[]> {
  const { save, before } = facts;
  const unsaid = unsaidOf(save, before);
  // Whether an address is there at all is told to whoever asks for a code; where there is none, it may be filled in.
  const empty = [...before].filter(([, value]) => isNoAddress(value));
  const { changed } = await changedAddressesOf(asked, save, new Map([...unsaid, ...empty]), reach);
  const found = requirementsOf(asked, { ...facts, before: unsaid }, askedOnce(changed, before));
  return found.map((one) => {
    const about = addresses.changed.has(one.rule) ? one.about : 'criteria';
    return { ...one, before, about, isUnseen: true };
  });
}
