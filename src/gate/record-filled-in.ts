import { filledValuesOf } from '../core/rule/address-change.ts';
import { cleanAddress } from '../core/rule/recipient.ts';
import type { Rule } from '../core/rule/rule.ts';
import type { Asker, Save } from '../core/saving/save.ts';
import type { JsonObject } from '../core/wire/json.ts';
import type { AfterSave } from './judging/judged.ts';
import type { Tools } from './ledger/tools.ts';
import { recordEvent } from './refusals/record-event.ts';

/**
 * Lets the audit know, once the save went through, that it filled in an address about which nobody could be asked: whoever did it may
 * confirm by it from then on.
 */
export function recordFilledIn(
  rules: readonly Rule[],
  { save, before }: { readonly save: Save; readonly before: JsonObject | null },
  asker: Pick<Asker, 'caller' | 'request'>,
  tools: Tools,
): readonly AfterSave[] {
  if (rules.length === 0 || before === null) return [];
  const { module: name, id: record } = save;
  const about = { module: name, record, rules: rules.map(({ id }) => id) };
  const addresses = [...new Set(rules.flatMap((rule) => hashesOf(rule, save, before, tools)))];
  return [() => recordEvent({ event: 'address-filled-in', ...about, addresses }, asker, tools)];
}

function hashesOf(
  rule: Rule,
  save: Save,
  before: JsonObject,
  { channels, keyring }: Tools,
): readonly string[] {
  return filledValuesOf(rule, save, before).flatMap(({ channel: name, value }) => {
    const channel = channels.get(name);
    const address = channel && cleanAddress(value, channel.addressKind, channel.clean);
    return address === undefined ? [] : [keyring.digests('address', address)[0].slice(0, HASH_LENGTH)];
  });
}

/** As many symbols as the log shows of a hash. */
const HASH_LENGTH = 8;
