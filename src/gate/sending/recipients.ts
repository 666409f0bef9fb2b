import type { Code, Recipient } from '../../core/ledger/row.ts';
import { saidOfReference } from '../../core/likeness/said.ts';
import { type GoesToSame, leadsToNobody } from '../../core/rule/address-change.ts';
import { cleanAddress, isStoredAsIs, mask } from '../../core/rule/recipient.ts';
import { type Address, type Wording, wordingFor } from '../../core/rule/rule.ts';
import { storedAddress, storedIn } from '../../core/rule/stored-address.ts';
import type { Save } from '../../core/saving/save.ts';
import { type JsonObject, textOf } from '../../core/wire/json.ts';
import type { Channel, RecordReader } from '../../ports.ts';
import type { Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { type Metered, meterOf } from '../ledger/unverified.ts';

/** One address that a code could go to, in clear, with the channel that takes it there. */
export type Addressee = {
  readonly recipient: Recipient;
  readonly address: string;
  readonly channel: Channel;
  /** In the language of whom the address belongs to. */
  readonly wording: Wording;
  /** By the newest secret first. */
  readonly fingerprints: readonly string[];
  /** What counts the messages that go there, beside the caps of the address. */
  readonly meters: readonly Metered[];
};

/** Whose address is looked for. */
type Addressed = Pick<Subject, 'rule' | 'save' | 'before'>;

/** Whether an address is usable of the stored record or of those it refers to, or of one that cannot be looked at. */
export async function reachesSomebody(
  sought: Addressed,
  reader: RecordReader,
  tools: Tools,
): Promise<boolean> {
  if (sought.rule.asksElsewhere) return true;
  for (const { channel: name, address } of sought.rule.send.to) {
    const channel = tools.channels.get(name);
    const stored = channel && (await storedWith(address, sought, reader));
    if (stored === 'unknown') return true;
    if (channel && cleanIn(stored, address, channel) !== undefined) return true;
  }
  return false;
}

/** The addresses of the stored record and of those it refers to, in the rule's order of preference. */
export async function recipientsOf(
  subject: Addressed,
  reader: RecordReader,
  tools: Tools,
): Promise<readonly Addressee[]> {
  const { channels, keyring } = tools;
  const { send, code } = subject.rule;
  const found = await Promise.all(
    send.to.map(async (destination): Promise<readonly Addressee[]> => {
      const channel = channels.get(destination.channel);
      if (!channel) return [];
      const stored = await storedWith(destination.address, subject, reader);
      const address = cleanIn(stored, destination.address, channel);
      if (stored === undefined || stored === 'unknown' || address === undefined) return [];
      const fingerprints = keyring.digests('address', address);
      const country = channel.addressKind === 'phone' ? tools.countryOf(address) : undefined;
      const known = { channel: destination.channel, fingerprint: fingerprints[0], masked: mask(address) };
      const recipient = country === undefined ? known : { ...known, country };
      const meters = country === undefined ? [] : [meterOf('country', country, code.validForMs, tools)];
      const language = textOf(send.languageField === undefined ? null : stored.get(send.languageField));
      const wording = wordingFor(send, language ?? '');
      return [{ recipient, address, channel, wording, fingerprints, meters }];
    }),
  );
  return found.flat();
}

/**
 * Whether a code went to an address that the record still has, or `unknown`. It is for one customer and their record: the CRM may have
 * another one under the same id, for other credentials or another header, and another customer there.
 */
export async function stillReaches(
  { recipient }: Pick<Code, 'recipient'>,
  sought: Addressed,
  reader: RecordReader,
  { channels, keyring }: Tools,
): Promise<boolean | 'unknown'> {
  let isUnknown = false;
  for (const { channel: name, address } of sought.rule.send.to) {
    const channel = channels.get(name);
    const stored = channel && (await storedWith(address, sought, reader));
    const found = channel && cleanIn(stored, address, channel);
    if (found !== undefined && keyring.digests('address', found).includes(recipient.fingerprint)) return true;
    isUnknown ||= stored === 'unknown';
  }
  return isUnknown ? 'unknown' : false;
}

/** Whether two values are one address to a channel, in the form in which it is written to, and to the CRM that stores the second. */
export function sameAddressIn({ channels }: Pick<Tools, 'channels'>): GoesToSame {
  return (name, stored, value) => {
    const channel = channels.get(name);
    if (!channel || !isStoredAsIs(value, channel.addressKind)) return false;
    const [own, other] = [stored, value].map((one) => cleanAddress(one, channel.addressKind, channel.clean));
    return own !== undefined && own === other;
  };
}

function cleanIn(
  stored: JsonObject | 'unknown' | undefined,
  address: Address,
  { addressKind, clean }: Channel,
): string | undefined {
  if (stored === 'unknown' || stored === undefined) return undefined;
  return cleanAddress(storedAddress(address, stored), addressKind, clean);
}

/**
 * The stored record that holds an address; undefined where there is none, `unknown` where one is referred to that cannot be read. Nothing
 * that the save itself says is taken, except the reference of a record that does not exist yet: the address is stored where that leads.
 */
async function storedWith(
  address: Address,
  { save, before }: Addressed,
  reader: RecordReader,
): Promise<JsonObject | 'unknown' | undefined> {
  if (address.kind === 'own') return before ?? undefined;
  if (before === null && !saysOnlyOnce(save, address.via)) return undefined;
  const reference = before === null ? save.fields.get(address.via) : storedIn(address, before);
  if (leadsToNobody(address, reference)) return undefined;
  const id = textOf(reference);
  if (!id || !isSegment(id)) return 'unknown';
  const answer = await reader.read(address.module, id);
  return answer.kind === 'found' ? answer.record.fields : 'unknown';
}

/** Whether a record that does not exist yet refers to one other record, and by this name. */
function saysOnlyOnce(save: Save, via: string): boolean {
  const { values, elsewhere } = saidOfReference(save, via, null);
  return values.length === 1 && elsewhere.size === 0;
}

/** A reference that leads out of its module's path, to a record of the caller's choice, is none. */
function isSegment(id: string): boolean {
  return !/^\.{1,2}$|[/\\?#%\p{C}]/u.test(id);
}

/** While a code lives its address is frozen: that one first, the record's others behind it, and none where it is gone. */
export function withFrozenFirst(
  code: Pick<Code, 'recipient'>,
  addressees: readonly Addressee[],
): readonly Addressee[] {
  const same = addressees.filter(({ fingerprints }) => fingerprints.includes(code.recipient.fingerprint));
  return same.length === 0 ? [] : [...same, ...addressees.filter((addressee) => !same.includes(addressee))];
}
