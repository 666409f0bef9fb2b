import { denied, Fatal, VtigerError } from './vtiger-errors.ts';
import { decodeEntities, encodeEntities } from './vtiger-html.ts';
import { emptyValueOf, type Field, type Module } from './vtiger-modules.ts';
import { mysqlNumber, mysqlText } from './vtiger-mysql.ts';
import { timeOf, type User, type VtigerRecord, type VtigerState } from './vtiger-state.ts';

/** What somebody wants to store, by names of fields. */
export type Values = Readonly<Record<string, unknown>>;
/** A record under the id that it was asked for by, and the number that was found. */
export type FoundRecord = { readonly id: string; readonly number: number; readonly record: VtigerRecord };
/** Who saves, and how: `revise` undoes character references, and all but it want every mandatory field. */
export type Saving = {
  readonly user: User;
  readonly decodes: boolean;
  readonly whole: boolean;
  /** Names in `$_FILES`. */
  readonly files?: readonly string[];
  readonly source?: string;
};

/** PHP reads members of lists and of nothing as if there were none, but a text has no members. */
export function valuesOf(element: unknown): Values {
  if (typeof element === 'string') throw new Fatal('');
  return typeof element === 'object' && element !== null ? (element as Values) : {};
}

/** By its exact name, and among those that somebody may write to. */
export function moduleNamed(name: string, { modules }: VtigerState): Module {
  const definition = modules.find((one) => one.name === name);
  if (!definition || definition.fields.length === 0) throw denied();
  return definition;
}

/** `explode("x")` and columns of numbers: `17x05`, `17abcx5` and `17x5abc` are `17x5`, and the answer repeats what was sent. */
export function find(id: unknown, { modules, records }: VtigerState): FoundRecord {
  if (typeof id === 'object' && id !== null) throw new Fatal('');
  const [prefix = '', own] = String(id ?? '').split('x');
  const definition = modules.find((one) => one.prefix === mysqlNumber(prefix));
  if (!definition) throw denied(' for id');
  const number = mysqlNumber(own ?? '');
  const record = records.get(number);
  if (own === undefined || !record) throw denied();
  if (record.module !== definition.name)
    throw new VtigerError('INVALID_ID_ATTRIBUTE', 'Id specified is incorrect');
  return { id: `${definition.prefix}x${own}`, number, record };
}

/** Stores a new record. It is there even where PHP fails behind it. */
export function create(name: string, values: Values, saving: Saving, state: VtigerState): FoundRecord {
  const definition = moduleNamed(name, state);
  if (!saving.user.isAdmin) throw new VtigerError('ACCESS_DENIED', 'Permission to write is denied');
  const fields = Object.fromEntries(definition.fields.map((field) => [field.name, emptyValueOf(field)]));
  const fresh = { createdtime: timeOf(state), source: saving.source ?? 'WEBSERVICE' };
  for (const [field, value] of Object.entries(fresh)) if (field in fields) fields[field] = value;
  const record: VtigerRecord = { module: name, fields };
  const fails = assign(record, values, saving, state);
  if (definition.numbers)
    fields[definition.numbers.field] = definition.numbers.prefix + count(definition.numbers.field, state);
  const number = count('record', state);
  state.records.set(number, record);
  if (fails) throw new Fatal('');
  return { id: `${definition.prefix}x${number}`, number, record };
}

/** Changes a record. It is changed even where PHP fails behind it. */
export function change({ record }: FoundRecord, values: Values, saving: Saving, state: VtigerState): void {
  refuseReaders(saving.user);
  if (assign(record, values, saving, state)) throw new Fatal('');
}

/** Whose profile has no edit is told so in these words. */
export function refuseReaders({ isAdmin }: User): void {
  if (!isAdmin) throw new VtigerError('ACCESS_DENIED', 'Permission to read given object is denied');
}

/** The next number: a file beside a ticket takes one of those that records have. */
export function count(what: string, { counters }: VtigerState): number {
  const next = (counters.get(what) ?? 0) + 1;
  counters.set(what, next);
  return next;
}

/**
 * Stores values as 8.0.0 was seen to: picklists are not checked, an empty reference is left as it was, and a list or an object of
 * one value is stored before PHP fails, which is what it gives back.
 */
function assign(record: VtigerRecord, values: Values, saving: Saving, state: VtigerState): boolean {
  const definition = moduleNamed(record.module, state);
  const given = withoutEmptyReferences(definition, values, state);
  const missing = definition.fields.find(
    ({ name, mandatory }) => mandatory && (saving.whole || name in given) && (given[name] ?? '') === '',
  );
  if (missing) throw new VtigerError('MANDATORY_FIELDS_MISSING', `${missing.name} does not have a value`);
  let fails = false;
  for (const field of definition.fields) {
    if (!(field.name in given) || field.editable === false || field.name === 'modifiedby') continue;
    const value = given[field.name];
    const list = typeof value === 'object' && value !== null ? Object.values(value) : undefined;
    if (list && list.length !== 1) throw tooMany(definition, field, list.length);
    fails ||= list !== undefined;
    record.fields[field.name] = columnText(list ? list[0] : value, saving.decodes);
  }
  for (const _file of saving.files ?? []) if (definition.name === 'HelpDesk') count('record', state);
  const touched = { modifiedtime: timeOf(state), modifiedby: `19x${saving.user.id}` };
  for (const [name, value] of Object.entries(touched))
    if (definition.fields.some((field) => field.name === name)) record.fields[name] = value;
  return fails;
}

function withoutEmptyReferences(definition: Module, values: Values, state: VtigerState): Values {
  const given = { ...values };
  for (const { name, type } of definition.fields) {
    if (!type.refersTo || !(name in given) || name === 'modifiedby') continue;
    if ((given[name] ?? '') === '') delete given[name];
    else if (!refersTo(String(given[name]), type.refersTo, state))
      throw new VtigerError('REFERENCE_INVALID', `Invalid reference specified for ${name}`);
  }
  return given;
}

function refersTo(id: string, names: readonly string[], { modules, records }: VtigerState): boolean {
  const [prefix = '', number = ''] = id.split('x');
  const definition = modules.find((one) => one.prefix === mysqlNumber(prefix));
  if (!definition) throw denied(' for id');
  return names.includes(definition.name) && records.get(mysqlNumber(number))?.module === definition.name;
}

function tooMany({ table = '', key = '' }: Module, { name, column = name }: Field, size: number): Fatal {
  const statement = `UPDATE ${table} SET ${column}=? WHERE ${key}=?`;
  return new Fatal(`Input array has ${size + 1} params, does not match query: '${statement}'\n`);
}

function columnText(value: unknown, decodes: boolean): string {
  const text =
    value === true ? '1' : value === false || value === null || value === undefined ? '' : String(value);
  const decoded = decodes ? decodeEntities(text) : text;
  const safe = /<script/i.test(decoded) ? decoded.replaceAll('<', '&lt;').replaceAll('>', '&gt;') : decoded;
  return mysqlText(safe);
}

/** A record as answers show it: texts, and a label that stays encoded. */
export function shown({ id, record }: FoundRecord, user: User, state: VtigerState): Record<string, string> {
  const { fields } = moduleNamed(record.module, state);
  const columnOf = ({ name, column = name }: Field) => column;
  const own = (field: Field) => [field.name, record.fields[field.name] ?? ''] as const;
  // Stars are a user's own, and profiles list fields by their columns.
  const seen = user.isAdmin
    ? fields.map(own)
    : fields
        .filter(({ hidden }) => !hidden)
        .sort((one, other) => (columnOf(one) < columnOf(other) ? -1 : 1))
        .map((field) => (field.name === 'starred' ? ([field.name, ''] as const) : own(field)));
  return { ...Object.fromEntries(seen), id, label: encodeEntities(labelOf(record, state)) };
}

/** What a record is called: of its module's label fields, what they hold. */
export function labelOf(record: VtigerRecord, state: VtigerState): string {
  const { fields, labelFields } = moduleNamed(record.module, state);
  return fields
    .filter(({ name, column = name }) => labelFields.split(',').includes(column))
    .map(({ name }) => record.fields[name] ?? '')
    .join(' ')
    .trim();
}
