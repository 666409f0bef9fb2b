import type { Code } from '../../core/ledger/row.ts';
import { confirmedFieldsOf } from '../../core/rule/confirmed-fields.ts';
import type { AsksAbout } from '../../core/rule/message.ts';
import type { Operation } from '../../core/saving/save.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { writeJsonWithin } from '../../core/wire/write-json.ts';
import type { Keyring } from '../../ports.ts';
import { contextOf, type Subject } from '../ledger/subject.ts';

/** Room for what people confirm; a save that is longer is not sent again by hand without its values. */
const MOST_SYMBOLS = 8192;

/** What a code is about, sealed under the secret; null where it is too long to be kept. */
export function sealSubject(subject: Subject, codeId: string, keyring: Keyring): string | null {
  const { rule, save, about, before } = subject;
  const fields = confirmedFieldsOf(rule, save, before);
  const closed = [...(save.closed ?? [])].filter((name) => fields.has(name));
  const kept = new Map<string, Json>([
    ['operation', save.operation],
    ['verb', save.verb ?? null],
    ['about', about],
    ['fields', fields],
    ['closed', closed],
  ]);
  const text = writeJsonWithin(MOST_SYMBOLS, kept);
  return text === undefined ? null : keyring.seal(text, sealContext(subject, codeId));
}

/** What the code is about, held against what is stored now. `known` is about the same rule and record. */
export function keptSubject(known: Subject, { id, about }: Code, keyring: Keyring): Subject | undefined {
  const text = about ? keyring.open(about, sealContext(known, id)) : undefined;
  const reading = text === undefined ? undefined : readJson(new TextEncoder().encode(text));
  const kept = reading?.ok ? reading.value : undefined;
  const fields = isObject(kept) ? kept.get('fields') : undefined;
  if (!isObject(kept) || !isObject(fields)) return undefined;
  // It was sealed by a gateway, so it has the values that a gateway gave it.
  const verb = textOf(kept.get('verb'));
  const operation = textOf(kept.get('operation')) as Operation;
  const names = kept.get('closed');
  const closed = new Set(isList(names) ? names.map((name) => textOf(name) ?? '') : []);
  const save = { ...known.save, operation, fields, closed, ...(verb === undefined ? {} : { verb }) };
  return { ...known, save, about: textOf(kept.get('about')) as AsksAbout };
}

function sealContext(subject: Subject, codeId: string): string {
  return contextOf(subject, { id: codeId }, 'about');
}
