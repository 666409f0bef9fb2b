import type { Problem } from '../../core/verdict/problem.ts';
import { withoutCodes } from '../../core/wire/body.ts';
import { at, isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { readQuery } from '../../core/wire/target.ts';
import { writeJson } from '../../core/wire/write-json.ts';
import type { ActionModule } from '../action-module.ts';
import type { Asked, Dialect, Envelope } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { cleanOf, codesIn, readingOf, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import { callOf } from './call.ts';
import { resequenced, savesIn } from './methods.ts';
import { pathOf, questionOf, recordIn, sessionIn, sessionOf, withheldStatus } from './record.ts';

/**
 * Odoo: methods of models, called by the web client (`/web/dataset/call_kw`, `call_button`), by JSON-RPC and by JSON-2. What they save
 * stands in the body, whatever the address says.
 * https://www.odoo.com/documentation/master/developer/reference/external_api.html
 */
export const odoo: Dialect<ActionModule> = {
  name: 'odoo',
  dropsCookies: false,
  credentialHeaders: ['X-Odoo-Database'],
  recognise({ method, query }) {
    // Until Odoo 13, a GET brings a call as JSONP, or runs one that was sent before: https://github.com/odoo/odoo/blob/13.0/odoo/http.py
    if (readQuery(query).some(([name]) => name === 'jsonp')) return 'unknown';
    if (isSafe(method)) return 'read';
    return method === 'POST' ? 'body' : 'unknown';
  },
  controlNames: () => ['model', 'method', 'args', 'kwargs', 'ids', 'params', 'service', 'context'],
  read(_head, mount, body) {
    if (body?.kind !== 'json') return unreadable('Send the call as JSON, application/json.');
    const reading = callOf(mount, body.value);
    const clean = withoutCodes(body);
    switch (reading.kind) {
      case 'unreadable':
        return reading;
      case 'harmless':
        return { kind: 'harmless', body: clean };
      case 'resequence':
        return readingOf(resequenced(cleanOf(reading.params), mount), codesBeside(body.value), clean);
      case 'call':
        return readingOf(
          savesIn(reading.call, mount),
          [...codesBeside(body.value), ...codesIn(reading.call.kwargs)],
          clean,
        );
    }
  },
  sessionOf: sessionIn,
  recordPath: (definition, _id, session) => pathOf(definition, sessionOf(session)),
  recordBody: (definition, id, session) => questionOf(definition, id, sessionOf(session)),
  recordOf: (_definition, _id, { body }) => recordIn(body),
  withheldAs: ({ body }) => withheldStatus(Buffer.from(body).toString()),
  outcomeOf({ status, body }) {
    if (isRefusal(status)) return 'notSaved';
    if (status < 200 || status >= 300) return 'unknown';
    const document = readJson(body);
    if (!document.ok) return 'unknown';
    // A call that failed is rolled back as a whole.
    return isCall(document.value) && at(document.value, '/error') !== undefined ? 'notSaved' : 'saved';
  },
  createdIdOf(_definition, { body }) {
    const document = readJson(body);
    const result = document.ok
      ? isCall(document.value)
        ? at(document.value, '/result')
        : document.value
      : undefined;
    const [first] = isList(result) ? result : [result];
    return textOf(isObject(first) ? first.get('id') : first);
  },
  nesting: () => ({ idField: 'id', idOf, listsAreValues: true, isOwn: () => false }),
  refusal,
};

function idOf(text: string): string | undefined {
  return /^[1-9]\d*$/.test(text) ? text : undefined;
}

function isCall(answer: Json): boolean {
  return isObject(answer) && answer.has('jsonrpc');
}

/** Codes beside the parameters, and among them. */
function codesBeside(body: Json): ReturnType<typeof codesIn> {
  return [...codesIn(body), ...codesIn(isObject(body) ? body.get('params') : undefined)];
}

/** Odoo's own errors: of a call with status 200 and the call's id, of JSON-2 with the real one. */
function refusal(problem: Problem, asked?: Asked): Envelope {
  const { slug, status, detail } = problem;
  const data = { name: errorCodeOfSlug(slug), message: detail, ...particularsOf(problem) };
  const contentType = 'application/json';
  if (asked?.mount.path.endsWith('/json')) return { status, contentType, body: JSON.stringify(data) };
  const call = asked?.body?.kind === 'json' ? asked.body.value : undefined;
  const id = isObject(call) ? (call.get('id') ?? null) : null;
  const error = JSON.stringify({ code: 200, message: detail, data });
  return {
    status: 200,
    contentType,
    body: `{"jsonrpc":"2.0","id":${writeJson(id, 'short')},"error":${error}}`,
  };
}
