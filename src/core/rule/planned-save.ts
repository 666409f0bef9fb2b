import { knownOf } from '../criteria/facts.ts';
import { saidOf, saidOfReference, says } from '../likeness/said.ts';
import type { Operation, Save } from '../saving/save.ts';
import type { JsonObject } from '../wire/json.ts';
import { guardedAddressesOf, type Rule } from './rule.ts';

/** The save that a code is for which nobody has sent yet, or the fields of which the values are missing. */
export type PlannedSave =
  | { readonly ok: true; readonly save: Save }
  | { readonly ok: false; readonly fields: readonly string[] };

/** What of a rule says which saves it applies to. */
type Asking = Pick<Rule, 'module' | 'on' | 'when' | 'binds'>;

/** A save of the record that the rule could apply to, without any values. */
export function emptySave({ on, module: name }: Pick<Asking, 'on' | 'module'>, id: string | null): Save {
  const operation: Operation = on.has('update') ? 'update' : on.has('delete') ? 'delete' : 'read';
  return { module: name, operation, id, fields: new Map() };
}

/**
 * The save that a code by hand is for: it gives the values that the caller names, or those that the criteria imply, or both, and
 * leaves everything else as it is stored. The code is bound to just that, and just that is shown.
 */
export function planSave(rule: Rule, id: string | null, given: JsonObject): PlannedSave {
  const named: Save = { ...emptySave(rule, id), fields: given };
  const isAsked = named.operation === 'update' && given.size > 0 && changesWhatIsAskedAbout(rule, named);
  return isAsked ? { ok: true, save: named } : impliedSave(rule, id, given);
}

/**
 * The save that the criteria imply, with the values that are given beside. Where no values are known with which the rule would
 * apply, there is nothing that a customer could agree to.
 */
export function impliedSave(
  { when, binds, ...asking }: Asking,
  id: string | null,
  given: JsonObject = new Map(),
): PlannedSave {
  const empty = emptySave(asking, id);
  // A deletion and a read give no values.
  if (empty.operation !== 'update') return { ok: true, save: empty };
  const isGiven = (field: string) => saidOf({ fields: given }, field, null).values.length > 0;
  const { values, open } = when.implied;
  const whole: Save = { ...empty, fields: new Map([...values, ...given]) };
  const isWhole = when.mayHold(knownOf(whole));
  if (binds === 'record') return { ok: true, save: isWhole ? whole : { ...empty, fields: given } };
  const isKnown = binds === 'change' ? values.size > 0 || when.fields.length === 0 : false;
  if (isKnown && isWhole) return { ok: true, save: whole };
  const missing = binds === 'change' && open.length > 0 ? open : when.fields;
  return { ok: false, fields: missing.filter((field) => !isGiven(field)) };
}

/** Whether values of the save alone could make the rule apply: they give a field of its criteria, or an address. */
function changesWhatIsAskedAbout(rule: Rule, save: Save): boolean {
  if (guardedAddressesOf(rule).some((field) => says(saidOfReference(save, field, null)))) return true;
  const isGiven = (field: string) => says(saidOf(save, field, null));
  return (
    (rule.when.fields.length === 0 || rule.when.fields.some(isGiven)) && rule.when.mayHold(knownOf(save))
  );
}
