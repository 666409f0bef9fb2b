import { isUnchanged } from '../likeness/likeness.ts';
import { saidOfReference } from '../likeness/said.ts';
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
  /** Who asked, for codes that are that caller's alone. */
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

/** The fields to which the save gives a value; the others are bound as they are stored. */
export function saidFieldsOf({ fields, save, before }: Bound): readonly string[] {
  return fields.filter((field) => saidOfReference(save, field, before).values.length > 0);
}

function textOf({ kind, fields, save, before }: Omit<Bound, 'caller'>): string {
  if (save.operation === 'read') return 'read';
  const written = kind === 'record' ? 'write' : (save.verb ?? 'write');
  const what = `${kind}\n${save.operation === 'delete' ? 'delete' : written}\n`;
  if (kind === 'body' || (kind !== 'record' && save.operation === 'create'))
    return what + canonicalText(save.fields);
  // Whether a field is a reference, its name alone does not tell.
  const said = fields.map((field) => [field, saidOfReference(save, field, before)] as const);
  // What a name means that stands elsewhere, any other member may say.
  if (said.some(([, { elsewhere }]) => elsewhere.size > 0))
    return `${what}whole\n${canonicalText(save.fields)}`;
  const values = said.map(([field, { values }]) => {
    const stored = before?.get(field);
    // What is stored may come back in another form: a form says "5" where JSON has 5.
    const isChange = values.some((value) => !isUnchanged(stored, value, save));
    return [field, isChange ? [...values] : [stored ?? null]] as const;
  });
  return what + canonicalText(new Map(values.sort(([a], [b]) => (a < b ? -1 : 1))));
}
