import type { Snapshot } from '../../config/compile/snapshot.ts';
import { nearest } from '../../config/explain/suggest.ts';
import { isNoAddress, leadsToNobody } from '../../core/rule/address-change.ts';
import { cleanAddress } from '../../core/rule/recipient.ts';
import { type Address, type Destination, type Rule, shownFieldsOf } from '../../core/rule/rule.ts';
import { isCollection, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Headers } from '../../core/wire/headers.ts';
import { type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { readHeadersOf } from '../../dialects/caller-headers.ts';
import { openChannel, openUpstreams } from '../../gateway/adapters.ts';
import type { Channel, RecordAnswer, RecordReader } from '../../ports.ts';
import { systemClock } from '../../system/clock.ts';
import { createLog } from '../../system/log.ts';
import { UsageError } from '../command.ts';
import { type CheckResult, fault, note, ok } from './check-result.ts';
import { elsewhere, fieldIn, hasField, missing } from './missing-field.ts';

/** Reads the record as a gateway does, and says what of it the rules of its module find there. */
export async function lookAtRecord(
  snapshot: Snapshot,
  { module: name, id }: { readonly module: string; readonly id: string },
  headers: Headers,
  session: string | undefined,
): Promise<readonly CheckResult[]> {
  const definition = snapshot.modules.find((each) => each.name === name);
  if (!definition) {
    const meant = nearest(
      name,
      snapshot.modules.map((each) => each.name),
    );
    throw new UsageError(
      `there is no module "${name}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
    );
  }
  const upstreams = openUpstreams(snapshot);
  try {
    const reader = upstreams.upstreamOf(definition.upstream).readerFor(headers, session);
    const answer = await reader.read(name, id);
    if (answer.kind !== 'found')
      return [fault(`${name}/${id} ${whyNot(answer)}${leftOut(answer, headers, definition)}`)];
    const { fields } = answer.record;
    const rules = snapshot.rules.filter((rule) => rule.module === name);
    const found = [
      ok(`${name}/${id} can be read: ${fields.size} fields`),
      ...ownFindings(definition, fields),
    ];
    if (rules.length === 0) return [...found, note(`no rule is about ${name}`)];
    const about = await Promise.all(rules.map((rule) => ruleFindings(rule, fields, reader, snapshot)));
    return [...found, ...about.flat()];
  } finally {
    await upstreams.close(0);
  }
}

function whyNot(answer: Exclude<RecordAnswer, { readonly kind: 'found' }>): string {
  switch (answer.kind) {
    case 'withheld':
      return `is not shown to these credentials (the CRM answered ${answer.answer.status}): give --header, or another record`;
    case 'misnamed':
      return `is called ${answer.id} by the CRM: requests for it have to say so`;
    case 'unshown':
    case 'unavailable':
      return `cannot be read: ${answer.reason}`;
  }
}

/** A header that says who asks goes with a read only where the module knows it as one. */
function leftOut({ kind }: RecordAnswer, headers: Headers, definition: ModuleDefinition): string {
  const sent = ['authorization', 'cookie', ...readHeadersOf(definition).map((name) => name.toLowerCase())];
  const left = headers.map(([name]) => name).filter((name) => !sent.includes(name.toLowerCase()));
  return kind !== 'withheld' || left.length === 0
    ? ''
    : `. It was not asked with ${left.join(', ')}: list that in "credentialHeaders" of the module`;
}

/** What the module itself says of its records. */
function ownFindings(definition: ModuleDefinition, fields: JsonObject): readonly CheckResult[] {
  const { name, knownFields = [], relations = {} } = definition;
  const referring = Object.entries(relations).flatMap(([member, target]) =>
    typeof target === 'string' || target.field === undefined || hasField(fields, target.field)
      ? []
      : [fault(`modules.${name}.relations.${member}.field: ${missing(target.field, fields)}`)],
  );
  const unseen = knownFields.filter((field) => !hasField(fields, field));
  return unseen.length === 0
    ? referring
    : [...referring, note(`modules.${name}.knownFields: the record has no ${unseen.join(', ')}`)];
}

async function ruleFindings(
  rule: Rule,
  fields: JsonObject,
  reader: RecordReader,
  snapshot: Snapshot,
): Promise<readonly CheckResult[]> {
  const { send, when } = rule;
  const shown = send.wordings.flatMap(shownFieldsOf);
  const language = send.languageField !== undefined && send.to.every(({ address }) => address.kind === 'own');
  const read = new Set([
    ...when.fields,
    ...send.to.map(({ address }) =>
      address.kind === 'own' ? fieldOf(address) : (address.viaAt ?? address.via),
    ),
    ...shown,
    ...(language && send.languageField !== undefined ? [send.languageField] : []),
  ]);
  const lacking = [...read].filter((field) => !hasField(fields, field));
  const own = snapshot.modules.find(({ name }) => name === rule.module);
  const faults = lacking.map((field) =>
    fault(
      `rule ${rule.id}: ${missing(field, fields)}${own && isCollection(own) ? elsewhere(field, fields) : ''}`,
    ),
  );
  const there = [...read].filter((field) => hasField(fields, field));
  const addresses = await Promise.all(
    send.to.map((destination) => addressFinding(rule, destination, fields, reader, snapshot)),
  );
  const seen = there.length === 0 ? [] : [ok(`rule ${rule.id}: the record has ${there.join(', ')}`)];
  return [...faults, ...seen, ...addresses.flat()];
}

async function addressFinding(
  rule: Rule,
  { channel: name, address }: Destination,
  fields: JsonObject,
  reader: RecordReader,
  snapshot: Snapshot,
): Promise<readonly CheckResult[]> {
  const config = snapshot.channels.find((channel) => channel.name === name);
  if (!config) return [];
  const holder = await holderOf(address, fields, reader);
  if ('kind' in holder) return holder.kind === 'nobody' ? [] : [fault(`rule ${rule.id}: ${holder.why}`)];
  const { record, place } = holder;
  const field = fieldOf(address);
  if (!hasField(record, field))
    return place === '' ? [] : [fault(`rule ${rule.id}: ${missing(field, record, place)}`)];
  const stored = fieldIn(record, field);
  const where = `${place}${field}`;
  if (isNoAddress(stored)) return [note(`rule ${rule.id}: ${where} is empty here, so no code goes there`)];
  const channel = openChannel(config, systemClock, createLog({ level: 'silent' }));
  try {
    await channel.start?.();
    return [cleanFinding(rule, where, stored, name, channel)];
  } finally {
    await channel.close();
  }
}

function cleanFinding(
  { id }: Rule,
  where: string,
  stored: Json | undefined,
  name: string,
  { addressKind, clean }: Channel,
): CheckResult {
  return cleanAddress(stored, addressKind, clean) === undefined
    ? fault(
        `rule ${id}: ${where} is no clean address for the channel ${name} (${addressKind})${hintOf(where, stored)}`,
      )
    : ok(`rule ${id}: ${where} is an address for the channel ${name}`);
}

/** What holds an id instead of an address refers to whoever has one. */
function hintOf(where: string, stored: Json | undefined): string {
  const text = textOf(stored ?? null);
  return text !== undefined && /^[\w-]{1,40}$/.test(text) && !/^\d{7,}$/.test(text)
    ? `; where it is the id of a record that has one, write address: { via: ${where}, module: …, field: … }`
    : '';
}

type Holder =
  | { readonly record: JsonObject; readonly place: string }
  /** The field that refers to somebody is empty, or missing, which is said already. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'unknown'; readonly why: string };

/** The record in which the address stands. */
async function holderOf(address: Address, fields: JsonObject, reader: RecordReader): Promise<Holder> {
  if (address.kind === 'own') return { record: fields, place: '' };
  const { via: member, viaAt: via = member, module: other } = address;
  const reference = fieldIn(fields, via);
  if (leadsToNobody(address, reference)) return { kind: 'nobody' };
  const id = textOf(reference);
  if (!id) return { kind: 'unknown', why: `${via} holds no id of ${other}, but ${typeof reference}` };
  const answer = await reader.read(other, id);
  if (answer.kind !== 'found')
    return { kind: 'unknown', why: `${via} leads to ${other}/${id}, which ${whyNot(answer)}` };
  return { record: answer.record.fields, place: `${other}.` };
}

/** The field of an address, or the pointer to it. */
function fieldOf({ field, fieldAt = field }: Address): string {
  return fieldAt;
}
