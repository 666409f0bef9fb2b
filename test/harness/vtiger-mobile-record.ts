import { VtigerError } from './vtiger-errors.ts';
import type { Field, Module } from './vtiger-modules.ts';
import {
  change,
  create,
  type FoundRecord,
  find,
  labelOf,
  moduleNamed,
  shown,
  type Values,
  valuesOf,
} from './vtiger-records.ts';
import type { User, VtigerState } from './vtiger-state.ts';

type Asked = { readonly module: unknown; readonly record: unknown; readonly values: unknown };

/**
 * `saveRecord` of the mobile API, at both its doors: what is stored of `record`, with `values` over it, is saved under the id that
 * comes of it, so that an `id` among the values beats `record`. An id like `17x05` is taken for a template's, with nothing stored.
 */
export function saveRecord({ module: type, record, values }: Asked, user: User, state: VtigerState): unknown {
  const given = values === '' ? {} : valuesOf(values);
  if (Object.keys(given).length === 0) throw new VtigerError(1501, 'Values cannot be empty!');
  const isFresh = record === null || record === '' || /\dx0/.test(String(record));
  const whole: Values = { ...(isFresh ? {} : shown(find(record, state), user, state)), ...given };
  const saving = { user, decodes: true, whole: true };
  if (whole['id'] === undefined || whole['id'] === null)
    return inBlocks(create(String(type), whole, saving, state), user, state);
  const target = find(whole['id'], state);
  change(target, whole, saving, state);
  return inBlocks(target, user, state);
}

/** `fetchRecord` of the mobile API. */
export function fetchRecord(id: unknown, user: User, state: VtigerState): unknown {
  return inBlocks(find(id, state), user, state);
}

/** A record as the app shows it. */
function inBlocks(found: FoundRecord, user: User, state: VtigerState): unknown {
  const definition = moduleNamed(found.record.module, state);
  const values = shown(found, user, state);
  const blocks = blocksOf(definition).map(({ label, fields }) => ({
    label,
    fields: fields.flatMap(([name, uitype]) => {
      const field = definition.fields.find((one) => one.name === name);
      return field ? [fieldOf(field, uitype, values[name] ?? '', user, state)] : [];
    }),
  }));
  return { record: { blocks, id: found.id } };
}

/** The module's blocks, or one of all its fields where nobody wrote them down. */
export function blocksOf({ blocks, label, fields }: Module): NonNullable<Module['blocks']> {
  return blocks ?? [{ label, fields: fields.map(({ name }) => [name, 1] as const) }];
}

function fieldOf(field: Field, uitype: number, value: string, user: User, state: VtigerState): unknown {
  const { name, label, type } = field;
  const isOwner = type.name === 'owner';
  const named = (id: string) => ({ value: id, label: nameOf(id, state) });
  return {
    name,
    value: isOwner || type.refersTo ? named(value) : value,
    label,
    uitype: String(uitype),
    type: { defaultValue: isOwner ? named(`19x${user.id}`) : null },
  };
}

/** The name of what an id means, a user or a record. */
export function nameOf(id: string, state: VtigerState): string {
  if (id === '') return '';
  const user = state.users.find((one) => id === `19x${one.id}`);
  return user ? user.lastName : labelOf(find(id, state).record, state);
}
