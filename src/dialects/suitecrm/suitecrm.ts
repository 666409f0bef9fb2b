import { fold, foldName } from '../../core/likeness/fold.ts';
import { candidatesOf } from '../../core/likeness/likeness.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import { at, isObject, type JsonObject, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import type { Dialect, Envelope, Reading } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { cleanOf, codesIn, misspelt, moduleNamed, savesOf, strangerIn, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import type { TypedModule } from '../typed-module.ts';

/**
 * Parameters of SuiteCRM's handlers. Its `ParamsMiddleware` lays the query over the address, and the body over both: a
 * `DELETE …/module/Notes/1?moduleName=Tasks&id=2` deletes a task.
 * https://github.com/salesagility/SuiteCRM/blob/hotfix/Api/V8/Middleware/ParamsMiddleware.php
 */
const PARAMETERS = [
  'data',
  'moduleName',
  'id',
  'linkFieldName',
  'relatedBeanId',
  'sourceBean',
  'relatedBean',
];

/**
 * Properties of a SugarBean that say where and how it is stored. `ModuleService` sets every attribute as a property, and
 * allows those that exist: with `table_name` a save of a call would write a task.
 */
const STEERING = new Set(
  'new_with_id table_name module_dir module_name object_name field_defs field_name_map column_fields db'
    .concat(' dbManager fetched_row loaded_relationships disable_vardefs new_schema')
    .split(' ')
    .map(foldName),
);

/**
 * SuiteCRM's V8 API, JSON:API: POST and PATCH on `{path}/module`, with the module and the id in the body only; DELETE on
 * `{path}/module/{type}/{id}`. Relationships change fields of records that the request does not name, so they are unknown.
 * https://github.com/salesagility/SuiteCRM/blob/hotfix/Api/V8/Config/routes.php
 */
export const suitecrm: Dialect<TypedModule> = {
  name: 'suitecrm',
  dropsCookies: false,
  withheldStatuses: [400],
  recognise({ method }, { segments }) {
    if (isSafe(method)) return 'read';
    const [place, , , ...others] = segments;
    if (method === 'POST' && place === 'logout' && segments.length === 1) return 'bodyless';
    if (place !== 'module' || others.length > 0) return 'unknown';
    if (method === 'DELETE' && segments.length === 3) return 'bodyless';
    return (method === 'POST' || method === 'PATCH') && segments.length === 1 ? 'body' : 'unknown';
  },
  sureReads: () => ({ below: 'anything' }),
  controlNames: () => PARAMETERS,
  read: ({ method }, mount, body) => (body ? readSave(method, mount, body) : readBodyless(mount)),
  sessionOf: () => undefined,
  recordPath: ({ path, type }, id) => `${path}/module/${type}/${encodeURIComponent(id)}`,
  recordOf(_definition, _id, { body, version }) {
    const fields = at(body, '/data/attributes');
    if (!isObject(fields)) return { kind: 'unreadable' };
    const record = { fields, ...(version ? { version } : {}) };
    return { kind: 'found', record, id: textOf(at(body, '/data/id')) };
  },
  outcomeOf({ status }) {
    if (status >= 200 && status < 300) return 'saved';
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: true, isOwn: () => false }),
  refusal,
};

function readBodyless(mount: Mount<TypedModule>): Reading {
  const [place, type = '', id = ''] = mount.segments;
  if (place === 'logout') return { kind: 'harmless', body: null };
  const named = moduleNamed(mount, type, stemOf);
  if (named.kind === 'unmapped') return { kind: 'unmapped', body: null, about: { type } };
  if (named.kind === 'misspelt') return misspelt(named.definition);
  const { name } = named.definition;
  const save = { module: name, operation: 'delete', id: decodeURIComponent(id), fields: new Map() } as const;
  return savesOf([{ save, codes: [] }], [], null);
}

/** `{"data": {"type", "id", "attributes"}}`, and no member beside, since each would be a parameter. */
function readSave(method: string, mount: Mount<TypedModule>, body: Body): Reading {
  if (body.kind !== 'json') return unreadable('Send the save as JSON, application/vnd.api+json.');
  const document = cleanOf(body.value);
  const data = isObject(document) ? document.get('data') : undefined;
  if (!isObject(document) || !isObject(data))
    return unreadable('Send {"data": {"type", "id", "attributes"}}.');
  const stranger = strangerIn(document, ['data']) ?? strangerIn(data, ['type', 'id', 'attributes']);
  if (stranger !== undefined) return unreadable(`Leave out the member "${stranger}"; the API knows none.`);
  const [type, id] = [data.get('type'), data.get('id')];
  const attributes = data.has('attributes') ? data.get('attributes') : new Map();
  if (typeof type !== 'string' || !isObject(attributes))
    return unreadable('The member "type" is the name of a module, and "attributes" an object of fields.');
  if (id === undefined ? method === 'PATCH' : typeof id !== 'string' || id === '')
    return unreadable('The member "id" of "data" is the text that names the record.');
  const fault = attributesFault(attributes, method === 'PATCH' ? id : undefined);
  if (fault) return unreadable(fault);
  const named = moduleNamed(mount, type, stemOf);
  const clean: Body = { kind: 'json', value: document };
  if (named.kind === 'unmapped') return { kind: 'unmapped', body: clean, about: { type } };
  if (named.kind === 'misspelt') return misspelt(named.definition);
  const { name } = named.definition;
  const places = ['', '/data', '/data/attributes'].map((place) => at(body.value, place));
  const codes = places.flatMap(codesIn);
  const save =
    method === 'PATCH'
      ? ({ module: name, operation: 'update', id: id as string, fields: attributes, isFalseText } as const)
      : ({ module: name, operation: 'create', id: null, fields: attributes, isFalseText } as const);
  return savesOf([{ save, codes: [] }], codes, clean);
}

/** `SugarBean::fixUpFormatting` knows these words, in small letters, and PHP's zeros. */
function isFalseText(text: string): boolean {
  return text === '' || ['off', 'false', 'no'].includes(text) || (/\d/.test(text) && Number(text) === 0);
}

/** What in the attributes would store another record, elsewhere, or none. */
function attributesFault(attributes: JsonObject, id: unknown): string | undefined {
  const steering = [...attributes.keys()].find((name) => STEERING.has(foldName(name)));
  if (steering !== undefined)
    return `Leave out the attribute "${steering}"; it says how the record is stored.`;
  if (candidatesOf(attributes, 'id').some((other) => other !== id))
    return 'Leave the attribute "id" out; it would store another record than "data" names.';
  if (candidatesOf(attributes, 'deleted').some((value) => !/^(?:0|false|)$/.test(textOf(value) ?? '1')))
    return 'Leave the attribute "deleted" out. Delete a record with DELETE /module/{type}/{id}.';
  return undefined;
}

/**
 * A module's name as its aliases have it: `Task` is `Tasks`, `aCase` is `Cases`, `Quotes` is `AOS_Quotes`. Coarse, so that two
 * names may be taken for one, which is refused; CRMs have more aliases than those of the source.
 * https://github.com/salesagility/SuiteCRM/blob/hotfix/Api/V8/Config/services/beanAliases.php
 */
function stemOf(type: string): string {
  return fold(type)
    .replace(/^(?:aos_|a(?=case))/, '')
    .replaceAll('ies', 'y')
    .replace(/[s_]/g, '');
}

/** SuiteCRM's errors are one object, where JSON:API has a list; its clients read that. */
function refusal(problem: Problem): Envelope {
  const { slug, status, detail } = problem;
  const code = errorCodeOfSlug(slug);
  const errors = { status, code, title: slug, detail, ...particularsOf(problem) };
  return { status, contentType: 'application/vnd.api+json', body: JSON.stringify({ errors }) };
}
