import { nearest } from '../../config/explain/suggest.ts';
import { subjectOf } from '../../core/likeness/reference.ts';
import { at, isObject, type Json, type JsonObject } from '../../core/wire/json.ts';

/** A name that begins with a slash is a JSON pointer. */
export function fieldIn(fields: JsonObject, field: string): Json | undefined {
  return field.startsWith('/') ? at(fields, field) : fields.get(field);
}

/** Whether the record has it, whatever it holds. */
export function hasField(fields: JsonObject, field: string): boolean {
  return fieldIn(fields, field) !== undefined;
}

/** Many APIs take `status_id` and show `{"status": {"id": …}}`. */
export function elsewhere(field: string, fields: JsonObject): string {
  const shown = [...fields].find(([name, value]) => subjectOf(name) === subjectOf(field) && isObject(value));
  return shown === undefined
    ? ''
    : `; if "${shown[0]}" has it, say where in the module: read: { fields: { ${field}: /${shown[0]}/id } }`;
}

/** What is said of a field that is not there, with what was probably meant. */
export function missing(field: string, fields: JsonObject, place = 'the record'): string {
  const meant = nearest(field, [...fields.keys()]);
  const whose = place === 'the record' ? place : place.replace(/\.$/, '');
  const below = meant === undefined ? memberWith(field, fields) : undefined;
  const hint =
    below === undefined
      ? ''
      : `; "${below}" has one: let "fields" and "record" of its module lead there, to /${below}`;
  return `${whose} has no field "${field}"${meant === undefined ? hint : ` (did you mean "${meant}"?)`}`;
}

/** The member of a record in which the field stands, as in WordPress' meta. Who means it may write its way with dots. */
function memberWith(field: string, fields: JsonObject): string | undefined {
  const [, own = field] = /\.([^.]+)$/.exec(field) ?? [];
  return [...fields].find(([, value]) => isObject(value) && value.has(own))?.[0];
}
