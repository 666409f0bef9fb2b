import { isUnchanged } from '../likeness/likeness.ts';
import { type Said, type Stored, saidOf, saidOfReference, says } from '../likeness/said.ts';
import { isNoId, type Save } from '../saving/save.ts';
import { type Json, type JsonObject, textOf } from '../wire/json.ts';
import type { Address, Rule } from './rule.ts';
import { addressIn, storedIn } from './stored-address.ts';

/** What a save does to the addresses that a rule's codes go to, by their names (`addressName`). */
export type AddressChange = {
  /** Those that are stored, or of which nobody knows what is stored. */
  readonly changed: readonly string[];
  /** Those that are empty. */
  readonly filledIn: readonly string[];
};

/** Whether a channel's messages go to the same place by both values: `0151/23456789` and `+49 151 23456789` are one number. */
export type GoesToSame = (channel: string, stored: Json, value: Json) => boolean;

/** Whether the save could change an address of the rule, whatever is stored. */
export function touchesAddress(rule: Rule, save: Save): boolean {
  return guardedAddresses(rule).some((address) => says(saidOfAddress(address, rule, save, undefined)));
}

/** What the save does to the rule's addresses, held against what is stored. */
export function addressChangeOf(
  rule: Rule,
  save: Save,
  before: JsonObject,
  goesToSame: GoesToSame,
): AddressChange {
  const changed: string[] = [];
  const filledIn: string[] = [];
  for (const address of guardedAddresses(rule)) {
    const stored = storedIn(address, before);
    const isNobody = (value: Json | undefined) => leadsToNobody(address, value);
    const isOther = (given: Json) => {
      const value = addressIn(address, given, before);
      if (isUnchanged(stored, value, save) || (isNobody(stored) && isNobody(value))) return false;
      if (address.kind === 'related' && namesSame(stored, value, save)) return false;
      const channels = address.kind === 'own' ? channelsTo(address, rule) : [];
      return (
        stored === undefined ||
        channels.length === 0 ||
        !channels.every((channel) => goesToSame(channel, stored, value))
      );
    };
    const said = saidOfAddress(address, rule, save, before);
    const isChange = stored === undefined ? says(said) : said.elsewhere.size > 0 || said.values.some(isOther);
    if (isChange) (stored !== undefined && isNobody(stored) ? filledIn : changed).push(nameOf(address));
  }
  return { changed, filledIn };
}

/** Whether two values are one record's id to the CRM: Salesforce shows 18 characters of it, and takes 15. */
function namesSame(stored: Json | undefined, value: Json, { idOf }: Pick<Save, 'idOf'>): boolean {
  const [own, other] = [stored, value].map((one) => (typeof one === 'string' ? idOf?.(one) : undefined));
  return own !== undefined && own === other;
}

/** All channels of the rule that write to the address. */
function channelsTo(address: Address, { send }: Rule): readonly string[] {
  const name = nameOf(address);
  return send.to.filter((one) => nameOf(one.address) === name).map(({ channel }) => channel);
}

/** What the save writes into the empty addresses of the rule that stand in its own record, with the channels that would write to them. */
export function filledValuesOf(
  rule: Rule,
  save: Save,
  before: JsonObject,
): readonly { readonly channel: string; readonly value: Json }[] {
  return rule.send.to.flatMap(({ channel, address }) => {
    if (address.kind !== 'own' || !isNoAddress(storedIn(address, before))) return [];
    const { values } = saidOfAddress(address, rule, save, before);
    return values.map((value) => ({ channel, value: addressIn(address, value, before) }));
  });
}

/** Whether nothing is stored there. Source of `false`: Odoo, which shows every empty field so. */
export function isNoAddress(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  return textOf(value)?.replace(/[\p{C}\p{Z}]/gu, '') === '';
}

/** Whether an address is empty, or the reference to it one to no record: CRMs store 0 there, or a GUID of zeros. */
export function leadsToNobody({ kind }: Pick<Address, 'kind'>, value: Json | undefined): boolean {
  return isNoAddress(value) || (kind === 'related' && value !== undefined && isNoId(value));
}

/** The address of the rule that is asked first: of those that are stored, the first of the list. */
export function firstAddressOf({ send }: Pick<Rule, 'send'>, before: JsonObject): string | undefined {
  const addresses = send.to.map(({ address }) => address);
  const first = addresses.find((address) => !leadsToNobody(address, storedIn(address, before)));
  return first && nameOf(first);
}

function guardedAddresses({ recipientChange, send }: Rule): readonly Address[] {
  return recipientChange === 'guard' ? send.to.map(({ address }) => address) : [];
}

/** What the save says of an address. Whoever deletes the record that holds addresses for others empties them. */
function saidOfAddress(address: Address, rule: Rule, save: Save, before: Stored): Said {
  if (save.operation === 'delete' && rule.standsGuard) return { values: [null], elsewhere: new Map() };
  if (save.operation !== 'update') return { values: [], elsewhere: new Map() };
  return address.kind === 'own'
    ? saidOf(save, address.field, before)
    : saidOfReference(save, address.via, before);
}

function nameOf(address: Address): string {
  const { field, fieldAt = field } = address;
  return address.kind === 'own' ? fieldAt : `${address.viaAt ?? address.via}\n${address.module}\n${fieldAt}`;
}
