import type { Problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import { at, isObject, type JsonObject, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { ActionModule } from '../action-module.ts';
import type { Asked, Dialect, Envelope, Reading } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { codesIn, type PartialReading, readingOf, unreadable } from '../parts.ts';
import { withBesides } from '../places.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import { callOf, type FrappeCall } from './call.ts';
import { documentSave, type Surroundings } from './documents.ts';
import { actionReading, bulk, bulkDelete, methodFinding } from './methods.ts';
import { outcomeIn } from './outcome.ts';
import { isFalsy, parametersOf } from './parameters.ts';

/** Parameters by which a call says what it is about; Frappe takes them from the address as well. */
const STEERING = (
  'cmd data doc docs document doctype name docname fieldname value run_method method dt dn args arg kwargs names action old_name ' +
  'new_name docfield workflow_state workflow_state_fieldname'
).split(' ');

/**
 * Frappe and ERPNext: records at `/api/resource/{DocType}/{name}` and `/api/v2/document/{DocType}/{name}`, functions at
 * `/api/method/{name}`, and, on any path, `cmd`, which goes before the address.
 * https://github.com/frappe/frappe/blob/develop/frappe/app.py
 */
export const frappe: Dialect<ActionModule> = {
  name: 'frappe',
  dropsCookies: false,
  credentialHeaders: ['X-Frappe-Site-Name'],
  neutralHeaders: ['X-Frappe-CSRF-Token', 'X-Frappe-Doctype', 'X-Frappe-Cmd'],
  recognise({ method, query }, { segments }) {
    const call = callOf(method, segments);
    const steers = readQuery(query).some(([name]) => name === 'cmd' || name === 'run_method');
    if (call.kind === 'read' || call.kind === 'unmapped-read') return steers ? 'unknown' : call.kind;
    if (call.kind === 'unknown') return 'unknown';
    return call.kind === 'delete' ? 'bodyless' : 'body';
  },
  sureReads: () => ({ below: { within: ['resource', 'v2/document'] }, without: ['cmd', 'run_method'] }),
  controlNames: () => STEERING,
  read: ({ method, query }, mount, body, guarded) =>
    readCall(callOf(method, mount.segments), query, body, { mount, guarded }),
  sessionOf: () => undefined,
  recordPath: ({ path, type }, id) =>
    `${path}/resource/${encodeURIComponent(type)}/${encodeURIComponent(id)}`,
  recordOf(_definition, _id, { body, version }) {
    const fields = at(body, '/data');
    const id = isObject(fields) ? textOf(fields.get('name')) : undefined;
    if (!isObject(fields) || id === undefined) return { kind: 'unreadable' };
    return { kind: 'found', record: { fields, ...(version ? { version } : {}) }, id };
  },
  outcomeOf({ status, body }) {
    if (status >= 200 && status < 300) return outcomeIn(body);
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  createdIdOf(_definition, { body }) {
    const document = readJson(body);
    if (!document.ok) return undefined;
    return textOf(at(document.value, '/data/name') ?? at(document.value, '/message/name'));
  },
  nesting: () => ({
    idField: 'name',
    idOf: (text) => text,
    listsAreValues: true,
    // What the desk keeps in a document for itself: `__onload`, `__unsaved`.
    isOwn: (name) => name.startsWith('__'),
  }),
  refusal,
};

function readCall(call: FrappeCall, query: string, body: Body | null, around: Surroundings): Reading {
  if (!body) {
    if (call.kind !== 'delete') return unreadable('Send the call with its parameters in the body.');
    const { doctype, name } = call;
    return readingOf(documentSave(doctype, name, new Map(), { operation: 'delete' }, around), [], null);
  }
  const parameters = parametersOf(body);
  if (!parameters.ok) return unreadable(parameters.detail);
  const { values, clean, body: sent } = parameters;
  const cmd = clean.get('cmd');
  // It goes before the address: https://github.com/frappe/frappe/blob/develop/frappe/app.py
  if (!isFalsy(cmd) && typeof cmd !== 'string')
    return unreadable('"cmd" is the name of a function, as a text.');
  const meant: FrappeCall = typeof cmd === 'string' && cmd !== '' ? { kind: 'method', method: cmd } : call;
  const isRecord = meant.kind === 'create' || meant.kind === 'update';
  const finding =
    meant.kind === 'method'
      ? methodFinding(meant.method, values, query, around)
      : findingOf(meant, values, around);
  return readingOf(finding, isRecord ? [] : codesIn(values), sent);
}

function findingOf(
  call: Exclude<FrappeCall, { kind: 'method' }>,
  values: JsonObject,
  around: Surroundings,
): PartialReading {
  switch (call.kind) {
    case 'create':
    case 'update': {
      const data = call.version === 1 ? values.get('data') : undefined;
      const others = new Map([...values].filter(([name]) => name !== 'data'));
      if (data !== undefined && !isObject(data))
        return unreadable('"data" is the document as JSON: one object of fields.');
      const document = isObject(data) ? withBesides(data, [others]) : values;
      const name = call.kind === 'update' ? call.name : null;
      return documentSave(call.doctype, name, document, { operation: call.kind }, around);
    }
    case 'bulk':
      return call.what === 'bulk_update'
        ? bulk(values.get('docs'), 'name', around, call.doctype)
        : bulkDelete(values.get('names'), around, call.doctype);
    case 'run': {
      const args = new Map([...values].filter(([name]) => name !== 'run_method'));
      const method = textOf(values.get('run_method')) ?? '';
      const { doctype, name } = call;
      return actionReading({ doctype, name, method, args: new Map([['args', args]]) }, around);
    }
    case 'action':
      return actionReading(
        { doctype: call.doctype, name: call.name, method: call.method, args: new Map([['args', values]]) },
        around,
      );
    default:
      return unreadable('The call cannot be judged.');
  }
}

/** The API of version 2 has errors of another form. https://github.com/frappe/frappe/blob/develop/frappe/utils/response.py */
function refusal(problem: Problem, asked?: Asked): Envelope {
  const { slug, status, detail } = problem;
  const code = errorCodeOfSlug(slug);
  const more = particularsOf(problem);
  const body =
    asked?.mount.segments[0] === 'v2'
      ? { errors: [{ type: code, message: detail, ...more }] }
      : { exc_type: code, exception: detail, ...more };
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}
