import { givenIds } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import { isEmpty, isObject, type Json, type JsonObject, jsonObjectOf, textOf } from '../../core/wire/json.ts';
import {
  cleanOf,
  codesIn,
  found,
  misspelt,
  moduleNamed,
  NOTHING,
  type PartialReading,
  strangerIn,
  unmappedAbout,
  unreadable,
  withEmptied,
} from '../parts.ts';
import { isSteeredBy, withBesides } from '../places.ts';
import { aboutSet } from './about.ts';
import { addressOf } from './address.ts';
import { actionNamed, hasRelation, relatedFields } from './members.ts';
import type { ODataModule } from './odata-module.ts';

/** One request, or one call of a batch. `body` is as it came, codes and all; null where there is none. */
export type ODataCall = {
  readonly method: string;
  readonly segments: readonly string[];
  readonly body: Json | null;
};

type Mounted = Pick<Mount<ODataModule>, 'definitions'>;

/** Whether the call is to something whose meaning nobody knows: it is refused, unless the configuration opens it. */
export function isUnknown({ method, segments }: Omit<ODataCall, 'body'>, mount: Mounted): boolean {
  const address = addressOf(segments);
  const named = moduleNamed(mount, address.type);
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) return true;
  // No set begins so. ASP.NET finds `$BATCH`, too, and Express what lies below `$batch`.
  if (address.type.startsWith('$')) return true;
  if (address.kind === 'set') return method !== 'POST';
  if (address.kind === 'other') return true;
  const { below } = address;
  // `Regions(1)/Orders(5)` writes an order, whatever the region is.
  if (named.kind !== 'mapped') return named.kind === 'unmapped' && below.length > 0;
  if (below.length === 0) return method === 'POST';
  const [name = ''] = below;
  const isKnown = hasRelation(name, named.definition) || actionNamed(name, named.definition) !== undefined;
  return method === 'POST' && below.length === 1 && !isKnown;
}

/** The saves of one call. `guarded`: names of fields that rules read, send to or show. */
export function savesIn(call: ODataCall, mount: Mounted, guarded: readonly string[]): PartialReading {
  const { method, segments, body } = call;
  if (isUnknown(call, mount)) return unreadable(`A ${method} on "${segments.join('/')}" cannot be judged.`);
  const address = addressOf(segments);
  const named = moduleNamed(mount, address.type);
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (named.kind === 'unmapped') return unmappedAbout(aboutSet(address, mount));
  const { definition } = named;
  if (address.kind !== 'record') return recordOf(definition, null, 'create', body);
  const { key, below } = address;
  if (key.name !== undefined && key.name !== definition.key)
    return unreadable(`Name the record by its key, "${definition.key}", and not by "${key.name}".`);
  const { id } = key;
  if (below.length > 0) return belowOf(call, definition, id, below);
  if (method === 'DELETE') return found({ save: saveOf(definition, id, 'delete', new Map()), codes: [] });
  const finding = recordOf(definition, id, 'update', body);
  if (finding.kind !== 'found' || method !== 'PUT') return finding;
  // A PUT sets what it leaves out to its default.
  const fields = guarded.filter((name) => name !== definition.key);
  return {
    ...finding,
    parts: finding.parts.map((part) => ({ ...part, save: withEmptied(part.save, fields) })),
  };
}

function saveOf(
  { name }: ODataModule,
  id: string | null,
  operation: Save['operation'],
  fields: JsonObject,
): Save {
  return { module: name, operation, id, fields };
}

/** A record as a whole. A new one may bring the key that its client chose. */
function recordOf(
  definition: ODataModule,
  id: string | null,
  operation: 'create' | 'update',
  body: Json | null,
): PartialReading {
  const fields = cleanOf(body ?? null);
  if (!isObject(fields)) return unreadable('Send the record as JSON: one object of properties.');
  const { key, type } = definition;
  const ids = givenIds(withoutLinks(fields), key).filter((value) => !isEmpty(value));
  if (id !== null && ids.some((value) => textOf(value) !== id))
    return unreadable(`Leave the property "${key}" out; it names another record than the address.`);
  const link = fields.get('@odata.id') ?? fields.get('@id') ?? null;
  if (link !== null && (id === null || !namesRecord(link, type, id)))
    return unreadable('Leave out "@odata.id"; the address names the record.');
  return found({ save: saveOf(definition, id, operation, fields), codes: codesIn(body ?? null) });
}

/** The address of the record stands under a name of its own, whatever the key is called. */
function withoutLinks(fields: JsonObject): JsonObject {
  return new Map([...fields].filter(([name]) => name !== '@odata.id' && name !== '@id'));
}

function namesRecord(link: Json, type: string, id: string): boolean {
  const last = textOf(link)?.split('/').at(-1);
  const address = last === undefined ? undefined : addressOf([last]);
  return address?.kind === 'record' && address.type === type && address.key.id === id;
}

/** What stands after the record: one of its properties, a link, a related record or an action. */
function belowOf(
  call: ODataCall,
  definition: ODataModule,
  id: string,
  below: readonly string[],
): PartialReading {
  const { method, body } = call;
  const [name = ''] = below;
  const clean = cleanOf(body ?? null);
  const update = (fields: JsonObject, more: Pick<Save, 'verb' | 'isSteered'> = {}): PartialReading =>
    found({ save: { ...saveOf(definition, id, 'update', fields), ...more }, codes: codesIn(body ?? null) });
  const action = method === 'POST' && below.length === 1 ? actionNamed(name, definition) : undefined;
  if (action?.harmless) return NOTHING;
  if (action) {
    const set = jsonObjectOf(action.set ?? {});
    const given = isObject(clean) ? [clean] : [];
    const isSteered = isSteeredBy(given, definition);
    return update(withBesides(set, given), {
      verb: name.split('.').at(-1) ?? name,
      ...(isSteered && { isSteered }),
    });
  }
  if (hasRelation(name, definition)) {
    const fields = relatedFields(method, below, clean, definition);
    return fields ? update(fields) : unreadable('Save the related record at its own address.');
  }
  if (below.length > 1 || !/^[A-Za-z_]\w*$/.test(name))
    return unreadable(
      `What "${below.join('/')}" is, nobody knows. Save a property with its record; name a navigation property in "relations".`,
    );
  if (method === 'DELETE') return update(new Map([[name, null]]));
  const value = isObject(clean) ? clean.get('value') : undefined;
  const more = isObject(clean) ? strangerIn(clean, ['value', '@odata.context', '@context']) : undefined;
  return value === undefined || more !== undefined
    ? unreadable('A property is saved as {"value": …}; another record, at its own address.')
    : update(new Map([[name, value]]));
}
