import { membersSaying, saidOfReference } from '../likeness/said.ts';
import type { Save } from '../saving/save.ts';
import type { JsonObject } from '../wire/json.ts';
import { boundFieldsOf, type Rule } from './rule.ts';

/**
 * What of a save its code is about: the members that are, under whatever name, a field which the code is bound to or the message
 * shows; with `binds: body`, or where such a name stands elsewhere than as the field, all.
 */
export function confirmedFieldsOf(
  rule: Rule,
  save: Pick<Save, 'fields' | 'closed'>,
  before: JsonObject | null,
): JsonObject {
  const { fields } = save;
  const bound = boundFieldsOf(rule);
  const isWhole = bound.some((field) => saidOfReference(save, field, before).elsewhere.size > 0);
  if (rule.binds === 'body' || isWhole) return fields;
  const members = new Set(bound.flatMap((field) => membersSaying(save, field)));
  return new Map([...fields].filter(([member]) => members.has(member)));
}
