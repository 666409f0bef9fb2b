import { candidatesOf, nestedCandidatesOf } from '../likeness/likeness.ts';
import { openFieldsOf } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import type { JsonObject } from '../wire/json.ts';
import { canonicalText } from '../wire/write-json.ts';
import type { BindingKind } from './rule.ts';

/** What a binding is made from. */
export type Bound = {
  readonly kind: BindingKind;
  readonly fields: readonly string[];
  readonly save: Save;
  /** What is stored; null for a record that does not exist yet. */
  readonly before: JsonObject | null;
  /** Who asked, for codes that are his alone. */
  readonly caller?: string;
};

/**
 * The text whose keyed hash ties a code to what it confirms. The order of members and white space do not matter, values do.
 * `change`: the new values of the fields, the stored ones where the save leaves them. `body`: the whole save. `record`: any
 * write of that record, or its deletion, that leaves the addresses which the customer was not asked about. A read has no values:
 * its code opens the record, and confirms no save. Source: PSD2 RTS art. 5, "dynamic linking".
 */
export function boundText({ caller, ...bound }: Bound): string {
  return caller === undefined ? textOf(bound) : `caller\n${JSON.stringify(caller)}\n${textOf(bound)}`;
}

function textOf({ kind, fields, save, before }: Omit<Bound, 'caller'>): string {
  if (save.operation === 'read') return 'read';
  const written = kind === 'record' ? 'write' : (save.verb ?? 'write');
  const what = `${kind}\n${save.operation === 'delete' ? 'delete' : written}\n`;
  if (kind === 'body' || (kind !== 'record' && save.operation === 'create'))
    return what + canonicalText(save.fields);
  const values = fields.map((field) => {
    const below = nestedCandidatesOf(openFieldsOf(save), field, before);
    const given = [...candidatesOf(save.fields, field), ...below];
    return [field, given.length > 0 ? [...given] : [before?.get(field) ?? null]] as const;
  });
  return what + canonicalText(new Map(values.sort(([a], [b]) => (a < b ? -1 : 1))));
}
