import type { Binding, Code } from '../../core/ledger/row.ts';
import { unsaidOf } from '../../core/likeness/said.ts';
import { type Bound, boundText, saidFieldsOf } from '../../core/rule/binding.ts';
import type { AsksAbout } from '../../core/rule/message.ts';
import { addressFieldsOf, boundFieldsOf, type Rule } from '../../core/rule/rule.ts';
import type { AskedHandle } from '../../core/saving/handle.ts';
import type { Save } from '../../core/saving/save.ts';
import type { JsonObject } from '../../core/wire/json.ts';
import { canonicalText } from '../../core/wire/write-json.ts';
import type { Keyring } from '../../ports.ts';
import type { Keys } from './rows.ts';

/** What one code would be about: a rule and a save of a record. */
export type Subject = {
  readonly rule: Rule;
  readonly save: Save;
  /** What is stored; null for a record that does not exist yet. */
  readonly before: JsonObject | null;
  /** What the customer would be asked about. */
  readonly about: AsksAbout;
  /** The caller's verified name; empty where there is none. */
  readonly caller: string;
  /** Whether the caller may not see what is stored: then nothing that they hear says how it compares with what they say. */
  readonly isUnseen?: boolean;
  /** Where the record was asked for by a handle: then the row is that of the question, and not of the record. */
  readonly asked?: AskedHandle;
};

/** The names of the subject's ledger row, newest secret first. A record that does not exist yet is named by its content. */
export function rowKeysOf(
  { rule, save, asked }: Pick<Subject, 'rule' | 'save' | 'asked'>,
  keyring: Keyring,
): Keys {
  const name = asked ? `${rule.id}\n${save.module}\nasked\n${asked.name}` : nameOf(rule, save);
  return keyring.digests('row', name);
}

/** What a grant is for: the record by the rule, and, where the rule's codes are their caller's alone, for that caller and nobody else. */
export function grantedOf(
  { rule, save, caller }: Pick<Subject, 'rule' | 'save' | 'caller'>,
  keyring: Keyring,
): Keys {
  const name = nameOf(rule, save);
  return keyring.digests('row', rule.caller ? `granted\n${JSON.stringify(caller)}\n${name}` : name);
}

/** The record's id as events tell it; null where there is none, or nobody was found. */
export function recordIdOf({ save, asked }: Pick<Subject, 'save' | 'asked'>): string | null {
  return asked ? (asked.record ?? null) : save.id;
}

/** What a verifier is tied to beside the secret: rule, module, record, code and binding. */
export function contextOf({ rule, save }: Subject, code: Pick<Code, 'id'>, bindingDigest: string): string {
  return `${nameOf(rule, save)}\n${code.id}\n${bindingDigest}`;
}

function nameOf(rule: Rule, save: Save): string {
  const named = save.own === undefined ? `${save.id}` : `${save.id}\n${JSON.stringify(save.own)}`;
  const record = save.operation === 'create' ? `new\n${canonicalText(save.fields)}` : `record\n${named}`;
  return `${rule.id}\n${save.module}\n${record}`;
}

/** The binding of a code that is issued for the subject now. */
export function bindingOf(subject: Subject, keyring: Keyring): Binding {
  const { rule } = subject;
  const binding = {
    kind: rule.binds,
    fields: fieldsToBind(rule),
    ...(rule.caller && { caller: true as const }),
  };
  const said = saidFieldsOf(boundBy(binding, subject));
  return { ...binding, said, digest: keyring.digests('binding', textFor(binding, subject))[0] };
}

/**
 * Whether a code covers the subject, by the fields that were bound when the code was issued. Where the configuration has changed since,
 * it covers nothing that it does not bind as the rule wants it now: the customer was not shown that.
 */
export function covers(
  code: Pick<Code, 'binding' | 'approval'>,
  subject: Subject,
  keyring: Keyring,
): boolean {
  const { binding } = code;
  return (
    bindsEnough(code, subject) &&
    (!subject.isUnseen || saysTheSame(binding, subject)) &&
    keyring.digests('binding', textFor(binding, subject)).includes(binding.digest)
  );
}

/** Whether the save gives values to just those of the bound fields to which that of the code did: the others are as they are stored both times. */
function saysTheSame(binding: Binding, subject: Subject): boolean {
  const { said = [] } = binding;
  const saidNow = saidFieldsOf(boundBy(binding, subject));
  return said.length === saidNow.length && saidNow.every((field) => said.includes(field));
}

function bindsEnough(
  { binding, approval }: Pick<Code, 'binding' | 'approval'>,
  { rule, save }: Subject,
): boolean {
  // Where nobody may vouch any more, what somebody vouched for before is worth nothing.
  if (approval?.by === 'override' && !rule.override) return false;
  // Whoever vouches for a save is another person than who makes it.
  if (rule.caller && !binding.caller && approval?.by !== 'override') return false;
  if (save.operation === 'read') return true;
  if (STRICTNESS[binding.kind] < STRICTNESS[rule.binds]) return false;
  return binding.kind === 'body' || fieldsToBind(rule).every((field) => binding.fields.includes(field));
}

const STRICTNESS: Readonly<Record<Binding['kind'], number>> = { record: 0, change: 1, body: 2 };

function fieldsToBind(rule: Rule): readonly string[] {
  return rule.binds === 'record' ? addressFieldsOf(rule) : boundFieldsOf(rule);
}

/** What of the stored record the caller may know: where they may not see it, only that of which they say nothing. */
export function knownBefore({
  save,
  before,
  isUnseen,
}: Pick<Subject, 'before' | 'isUnseen'> & {
  readonly save: Pick<Save, 'fields' | 'closed'>;
}): JsonObject | null {
  return isUnseen && before !== null ? unsaidOf(save, before) : before;
}

function boundBy({ kind, fields, caller }: Omit<Binding, 'digest'>, subject: Subject): Bound {
  const { save } = subject;
  const before = knownBefore(subject);
  return { kind, fields, save, before, ...(caller && { caller: subject.caller }) };
}

function textFor(binding: Omit<Binding, 'digest'>, subject: Subject): string {
  return boundText(boundBy(binding, subject));
}
