import { candidatesOf } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import { treeOf, withoutCodes } from '../../core/wire/body.ts';
import { isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect, Envelope, Reading } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { cleanOf, codesIn, misspelt, moduleNamed, savesOf, strangerIn, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import type { TypedModule } from '../typed-module.ts';
import { isFalseText, secondNames } from './second-names.ts';

/** POSTs that store nothing of a record: the end of a session, and a list as a file. */
const HARMLESS = new Set(['App/destroyAuthToken', 'App/action/destroyAuthToken', 'Export']);

/**
 * EspoCRM: POST `{path}/{Type}` creates; PUT, PATCH and DELETE on `{path}/{Type}/{id}`; `POST {path}/MassAction` changes or
 * deletes many. Links and actions change what the request does not name, so they are unknown.
 * https://github.com/espocrm/espocrm/blob/master/application/Espo/Resources/routes.json
 */
export const espocrm: Dialect<TypedModule> = {
  name: 'espocrm',
  dropsCookies: false,
  // https://docs.espocrm.com/development/api/#authentication; an HMAC is over one request and cannot be used for another.
  credentialHeaders: ['X-Api-Key', 'Espo-Authorization', 'Espo-Authorization-By-Token'],
  neutralHeaders: ['X-Skip-Duplicate-Check', 'X-Duplicate-Source-Id', 'X-No-Total', 'X-Version-Number'],
  recognise({ method }, { segments }) {
    if (isSafe(method)) return 'read';
    if (method === 'POST') return segments.length === 1 || isHarmless(segments) ? 'body' : 'unknown';
    if (segments.length !== 2) return 'unknown';
    if (method === 'DELETE') return 'bodyless';
    return method === 'PUT' || method === 'PATCH' ? 'body' : 'unknown';
  },
  sureReads: () => ({ below: 'anything' }),
  controlNames: () => ['id', 'entityType', 'controller', 'action', 'ids', 'where'],
  read(_head, mount, body) {
    if (body && isHarmless(mount.segments)) return { kind: 'harmless', body: withoutCodes(body) };
    return body && mount.segments[0] === 'MassAction' ? readMass(mount, body) : readOne(mount, body);
  },
  sessionOf: () => undefined,
  recordPath: ({ path, type }, id) => `${path}/${type}/${encodeURIComponent(id)}`,
  recordOf(_definition, _id, { body, version }) {
    if (!isObject(body)) return { kind: 'unreadable' };
    const record = { fields: body, ...(version ? { version } : {}) };
    return { kind: 'found', record, id: textOf(body.get('id')) };
  },
  outcomeOf({ status, body }) {
    if (status >= 200 && status < 300) return changedNone(body) ? 'notSaved' : 'saved';
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: true, isOwn: isLinkMember }),
  refusal,
};

/**
 * What EspoCRM keeps beside its links and in its fields for several addresses: `teamsNames`, `usersColumns`, `emailAddressData`.
 * https://docs.espocrm.com/development/api/crud/
 */
function isLinkMember(name: string): boolean {
  return (
    /^[a-z]\w*(?:Names|Columns|Types)$/.test(name) ||
    name === 'emailAddressData' ||
    name === 'phoneNumberData'
  );
}

function isHarmless(segments: readonly string[]): boolean {
  return HARMLESS.has(segments.join('/'));
}

/** A save of one record, which the path names. */
function readOne(mount: Mount<TypedModule>, body: Body | null): Reading {
  const [type = '', segment] = mount.segments;
  const named = moduleNamed(mount, type);
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (named.kind === 'unmapped') return readOther(mount, body);
  const { name } = named.definition;
  const id = segment === undefined ? null : decodeURIComponent(segment);
  if (!body) {
    const save: Save = { module: name, operation: 'delete', id, fields: new Map() };
    return savesOf([{ save, codes: [] }], [], null);
  }
  const document = body.kind === 'json' ? cleanOf(body.value) : undefined;
  if (body.kind !== 'json' || !isObject(document))
    return unreadable('Send the save as JSON, application/json: one object of fields.');
  const ids = candidatesOf(document, 'id');
  if (!ids.every((value) => (id === null ? isEmpty(value) : value === id)))
    return unreadable('Leave the field "id" out; the address names the record.');
  const operation = id === null ? 'create' : 'update';
  const save: Save = { module: name, operation, id, fields: document, secondNames, isFalseText };
  return savesOf([{ save, codes: [] }], codesIn(body.value), { kind: 'json', value: document });
}

/** A write to a type that no module maps; but `Action`, `Import` and their kind name the type that they work on in the body. */
function readOther(mount: Mount<TypedModule>, body: Body | null): Reading {
  const [type = ''] = mount.segments;
  if (!body) return { kind: 'unmapped', body: null, about: { type } };
  const document = treeOf(body);
  if (!isObject(document)) return unreadable('Send the save as one object of fields.');
  const types = candidatesOf(document, 'entityType').map((value) => moduleNamed(mount, textOf(value) ?? ''));
  const guarded = types.find(({ kind }) => kind !== 'unmapped');
  return guarded
    ? unreadable(`"${mount.segments[0]}" cannot be judged for this type. Save its records one by one.`)
    : { kind: 'unmapped', body: withoutCodes(body), about: { type } };
}

/**
 * `{"entityType", "action", "params": {"ids"}, "data": {"values"}}`: each record by itself. By `where` nobody knows which records
 * they are, and with `idle` not what is stored when it happens.
 * https://github.com/espocrm/espocrm/blob/master/application/Espo/Core/MassAction/Api/PostProcess.php
 */
function readMass(mount: Mount<TypedModule>, body: Body): Reading {
  const document = body.kind === 'json' ? cleanOf(body.value) : undefined;
  if (body.kind !== 'json' || !isObject(document)) return unreadable('Send the action as JSON: one object.');
  const [type, action, params] = ['entityType', 'action', 'params'].map((name) => document.get(name));
  const stranger = strangerIn(document, ['entityType', 'action', 'params', 'data', 'idle']);
  if (stranger !== undefined) return unreadable(`Leave out the member "${stranger}"; MassAction knows none.`);
  if (typeof type !== 'string') return unreadable('The member "entityType" is the name of a type.');
  const named = moduleNamed(mount, type);
  const clean: Body = { kind: 'json', value: document };
  if (named.kind === 'unmapped')
    return { kind: 'unmapped', body: clean, about: { type, operation: String(action) } };
  if (named.kind === 'misspelt') return misspelt(named.definition);
  if (action !== 'update' && action !== 'delete')
    return unreadable('Only the mass actions "update" and "delete" can be judged.');
  const ids = isObject(params) && strangerIn(params, ['ids']) === undefined ? params.get('ids') : undefined;
  if (!isList(ids) || !ids.every((id) => typeof id === 'string' && id !== ''))
    return unreadable('Name the records in "params", as {"ids": […]} and nothing else.');
  if (![undefined, null, false].includes(document.get('idle') as null))
    return unreadable('Leave "idle" out; what is done later cannot be judged now.');
  const fields = action === 'update' ? valuesIn(document.get('data')) : new Map<string, Json>();
  if (!fields || candidatesOf(fields, 'id').length > 0)
    return unreadable('Give the fields as "data": {"values": {…}}, without "id".');
  const { name } = named.definition;
  const parts = ids.map((id) => ({
    save: {
      module: name,
      operation: action,
      id: textOf(id) ?? '',
      fields,
      secondNames,
      isFalseText,
    } as const,
    codes: [],
  }));
  const data = isObject(body.value) ? body.value.get('data') : undefined;
  const values = isObject(data) ? data.get('values') : undefined;
  return savesOf(parts, [body.value, data, values].flatMap(codesIn), clean);
}

/** The fields of a mass update: `values`, or in older versions the data itself; `actions` tells how lists are changed. */
function valuesIn(data: Json | undefined): JsonObject | undefined {
  if (!isObject(data)) return undefined;
  if (!data.has('values')) return data;
  const values = data.get('values');
  return isObject(values) && strangerIn(data, ['values', 'actions']) === undefined ? values : undefined;
}

/** A mass action that touched no record answers 200, `{"count": 0}`. */
function changedNone(body: Uint8Array): boolean {
  const reading = readJson(body);
  if (!reading.ok || !isObject(reading.value) || reading.value.has('id')) return false;
  return textOf(reading.value.get('count')) === '0';
}

/** EspoCRM tells the reason in a header, and so do we: its first line, without the block to paste that may follow. */
function refusal(problem: Problem): Envelope {
  const { slug, status, detail } = problem;
  const code = errorCodeOfSlug(slug);
  const body = JSON.stringify({ code, message: detail, ...particularsOf(problem) });
  const reason = detail.replace(/\n.*$/s, '').replace(/[^\x20-\x7e]/g, ' ');
  return { status, contentType: 'application/json', body, headers: [['X-Status-Reason', reason]] };
}
