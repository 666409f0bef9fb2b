import { candidatesOf } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import { isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import {
  cleanOf,
  codesIn,
  found,
  misspelt,
  moduleNamed,
  NOTHING,
  type PartialReading,
  strangerIn,
  together,
  UNMAPPED,
  unreadable,
} from '../parts.ts';
import type { TypedModule } from '../typed-module.ts';
import type { SalesforceCall } from './salesforce-call.ts';
import { canonicalId } from './salesforce-id.ts';

/** The saves of a call that is no list of calls. `body` is as it came, codes and all. */
export function recordsOf(
  call: SalesforceCall,
  body: Json | null,
  mount: Mount<TypedModule>,
): PartialReading {
  switch (call.kind) {
    case 'read':
      return NOTHING;
    case 'create':
    case 'row':
      return rowOf(call, body, mount);
    case 'external':
    case 'collection-upsert': {
      const named = moduleNamed(mount, call.type);
      if (named.kind === 'unmapped' && call.kind === 'collection-upsert') return UNMAPPED;
      const hint = `/sobjects/${call.type}/{id}, and create new ones at /sobjects/${call.type}`;
      return unreadable(`The address does not tell which record this is. Send its save to ${hint}.`);
    }
    case 'collection':
      return collectionOf(call, body, mount);
    case 'tree':
      return treeOf(body, mount);
    default:
      return unreadable(`A ${call.method} on /${call.segments.join('/')} cannot be judged.`);
  }
}

function rowOf(
  { kind, method, type, segments }: SalesforceCall,
  body: Json | null,
  mount: Mount<TypedModule>,
): PartialReading {
  const id = kind === 'create' ? null : segments[2];
  return recordOf(type, id, method === 'DELETE' ? new Map() : body, mount, method === 'DELETE');
}

/** One record's save. */
function recordOf(
  type: string,
  id: string | null | undefined,
  body: Json | null,
  mount: Mount<TypedModule>,
  deletes = false,
): PartialReading {
  // `Case.json` is a Case, and what `@{…}` will be is not known yet.
  if (!/^\w+$/.test(type)) return unreadable(`Write the name of the type plainly; "${type}" is not one.`);
  const named = moduleNamed(mount, type);
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (named.kind === 'unmapped') return UNMAPPED;
  const record = id === null ? null : canonicalId(id ?? '');
  if (record === undefined)
    return unreadable(`"${id}" is no id of 15 characters, or of 18 in their own case. Use the one you read.`);
  if (!isObject(body)) return unreadable('Send the record as JSON: one object of fields.');
  const fields = new Map(cleanOf(body));
  const attributes = fields.get('attributes');
  fields.delete('attributes');
  const said = isObject(attributes) ? (attributes.get('type') ?? type) : type;
  if (said !== type) return unreadable('The member "attributes" and the address name two types.');
  const ids = candidatesOf(fields, 'id').filter((value) => !isEmpty(value));
  if (ids.some((value) => record === null || canonicalId(textOf(value) ?? '') !== record))
    return unreadable('Leave the field "Id" out; it names another record than the request does.');
  const operation = deletes ? 'delete' : record === null ? 'create' : 'update';
  const save: Save = {
    module: named.definition.name,
    operation,
    id: record,
    fields,
    secondNames,
    idOf: canonicalId,
  };
  return found({ save, codes: codesIn(body) });
}

/**
 * A record may be referred to by an external id, under the name of the relationship: `Contact__r` sets `Contact__c`.
 * https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm
 */
function secondNames(member: string): readonly string[] {
  return /__r$/i.test(member) ? [member.replace(/r$/i, 'c')] : [];
}

/** `{"allOrNone", "records": [{"attributes": {"type"}, "id", …}]}`: POST creates, PATCH updates, of any types. */
function collectionOf(
  { method }: SalesforceCall,
  body: Json | null,
  mount: Mount<TypedModule>,
): PartialReading {
  const clean = body === null ? null : cleanOf(body);
  const records = isObject(body) ? body.get('records') : undefined;
  if (!isObject(clean) || !isList(records) || strangerIn(clean, ['allOrNone', 'records']) !== undefined)
    return unreadable('Send {"allOrNone": …, "records": […]}.');
  if (records.length === 0) return unreadable('Send one record at least.');
  const findings = records.map((record): PartialReading => {
    const type = typeIn(record);
    if (type === undefined || !isObject(record)) return unreadable(TYPELESS);
    const ids = candidatesOf(record, 'id').filter((value) => !isEmpty(value));
    if (method === 'PATCH' && ids.length !== 1) return unreadable('Every record has its "id" once.');
    return recordOf(type, method === 'PATCH' ? textOf(ids[0]) : null, record, mount);
  });
  return together(findings);
}

/** Records with their children, all of them new. */
function treeOf(body: Json | null, mount: Mount<TypedModule>): PartialReading {
  if (!isObject(body) || !isList(body.get('records'))) return unreadable('Send {"records": […]}.');
  const findings: PartialReading[] = [];
  const walk = (value: Json): void => {
    if (isList(value)) value.forEach(walk);
    if (!isObject(value)) return;
    const type = typeIn(value);
    findings.push(
      type === undefined ? unreadable(TYPELESS) : recordOf(type, null, withoutChildren(value), mount),
    );
    for (const member of value.values()) if (isObject(member) && member.has('records')) walk(listIn(member));
  };
  walk(listIn(body));
  return together(findings);
}

/** The record by itself: its children are creates of their own. */
function withoutChildren(record: JsonObject): JsonObject {
  return new Map([...record].filter(([, member]) => !isObject(member) || !member.has('records')));
}

function listIn(body: JsonObject): Json {
  return body.get('records') ?? [];
}

const TYPELESS = 'Every record has its type, as {"attributes": {"type": "Case"}}.';

function typeIn(record: Json): string | undefined {
  const attributes = isObject(record) ? record.get('attributes') : undefined;
  const type = isObject(attributes) ? attributes.get('type') : undefined;
  return typeof type === 'string' ? type : undefined;
}
