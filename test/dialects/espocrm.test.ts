import { describe, expect, it } from 'vitest';
import { espocrm } from '../../src/dialects/espocrm/espocrm.ts';
import { refuse } from '../harness/answers.ts';
import { startEspoCrm } from '../harness/espocrm-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = { id: '5a', name: 'Two boxes', status: 'Started', email: 'ann@example.com', parentId: '1' };
const TASK = '/api/v1/Task/5a';
const CLOSED = { status: 'Closed' };

function call(method: string, path: string, body?: unknown): Call {
  return { method, path: `/api/v1/${path}`, ...(body === undefined ? {} : { body }) };
}

function mass(changes: object): Call {
  const body = { entityType: 'Task', action: 'update', params: { ids: ['5a'] }, data: { values: CLOSED } };
  return call('POST', 'MassAction', { ...body, ...changes });
}

describeDialect('espocrm', {
  async start() {
    const crm = await startEspoCrm({
      'Task/5a': STORED,
      'Task/6b': { ...STORED, id: '6b', email: 'bob@example.com' },
      'Note/1': { id: '1' },
    });
    return { ...crm, stored: () => crm.records.get('Task/5a') };
  },
  modules: { Task: { dialect: 'espocrm', path: '/api/v1' } },
  module: 'Task',
  fields: { status: 'status', email: 'email', subject: 'name' },
  credentials: 'Basic cmVwOnNlY3JldA==',
  reads: [{ method: 'GET', path: TASK }, call('GET', 'Task?maxSize=20&where[0][attribute]=status')],
  harmless: [call('POST', 'App/destroyAuthToken', { token: 'x' })],
  save: (fields) => ({
    method: 'PUT',
    path: TASK,
    body: fields,
    headers: { 'X-Skip-Duplicate-Check': 'true' },
  }),
  places: [
    (fields, code) => ({ method: 'PATCH', path: TASK, body: { ...fields, ...code } }),
    (values, code) => mass({ data: { values: { ...values, ...code } } }),
    (values, code) => mass({ data: { values, ...code } }),
    (fields, code) => mass({ data: fields, ...code }),
  ],
  create: (fields) => call('POST', 'Task', fields),
  pair: {
    ids: ['5a', '6b'],
    email: 'bob@example.com',
    save: (values) => mass({ params: { ids: ['5a', '6b'] }, data: { values } }),
  },
  remove: { method: 'DELETE', path: TASK },
  missing: [call('PUT', 'Task/99', CLOSED), 404],
  respelt: call('PUT', 'Task/5A', CLOSED),
  unmapped: [
    call('POST', 'Note', { post: 'x' }),
    call('PUT', 'Note/1', { post: 'x' }),
    call('DELETE', 'Note/1'),
    mass({ entityType: 'Note' }),
  ],
  unknown: [
    { method: 'POST', path: `${TASK}/contacts`, body: { id: '1' } },
    call('POST', 'Contact/1/tasks', { id: '5a' }),
    call('POST', 'Task/action/massUpdate', { ids: ['5a'], attributes: CLOSED }),
    call('PUT', 'Settings', {}),
  ],
  disguises: [
    ['a type with a small letter', call('PUT', 'task/5a', CLOSED)],
    ['an id in another case', call('PUT', 'Task/5A', CLOSED)],
    ['a mass action', mass({})],
    ['a mass action in the old form', mass({ data: CLOSED })],
    ['a mass action on all records', mass({ params: { where: [] } })],
    ['a mass action on two records', mass({ params: { ids: ['5a', '6b'] } })],
    ['a mass deletion', mass({ action: 'delete' })],
    ['an action', call('POST', 'Action', { entityType: 'Task', id: '5a', data: CLOSED })],
    ['a change of the address by a mass action', mass({ data: { values: { email: 'rep@example.com' } } })],
  ],
  nonsense: [
    ['a list', call('PUT', 'Task/5a', [])],
    ['JSON that ends early', call('PUT', 'Task/5a', '{"status":')],
    [
      'a form',
      {
        method: 'PUT',
        path: TASK,
        body: 'status=Closed',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
    ['an id that is another', call('PUT', 'Task/5a', { ...CLOSED, id: '6b' })],
    ['a new record with an id', call('POST', 'Task', { id: '5a' })],
    ['a mass action without records', mass({ params: {} })],
    ['a mass action on no record', mass({ params: { ids: [] } })],
    ['a mass action on one record twice', mass({ params: { ids: ['5a', '5a'] } })],
    [
      'a mass action on 201 records',
      mass({ params: { ids: Array.from({ length: 201 }, (_, index) => `id${index}`) } }),
    ],
    ['a mass action by ids and by a search', mass({ params: { ids: ['5a'], searchParams: {} } })],
    ['a mass action that is done later', mass({ idle: true })],
    ['a mass action of another kind', mass({ action: 'recalculateFormula' })],
    ['a mass action on ids that are none', mass({ params: { ids: [5] } })],
    ['a mass action with values in two places', mass({ data: { values: CLOSED, status: 'Open' } })],
    ['a mass action that names another record among the values', mass({ data: { values: { id: '6b' } } })],
  ],
  mistakes: {
    notJson: call('PUT', 'Task/5a', '{status:"Closed"}'),
    twice: call('PUT', 'Task/5a', '{"status":"Open","status":"Closed"}'),
    inTheAddress: call('PUT', 'Task/5a?status=Closed', {}),
    ofNoModule: call('PUT', 'Frob/5a', CLOSED),
    againstItself: call('PUT', 'Task/5a', { ...CLOSED, id: '6b' }),
    tooMany: mass({ params: { ids: Array.from({ length: 201 }, (_, index) => `id${index}`) } }),
  },
  refuses: refuse(400),
  refusalIn({ json, headers }) {
    const { code, message, rules } = json as Record<string, unknown>;
    return {
      code:
        headers.get('x-status-reason') ===
          String(message)
            .replace(/\n.*$/s, '')
            .replace(/[^\x20-\x7e]/g, ' ')
            .trim() && code,
      message,
      rules,
    };
  },
  strangerStatus: 401,
});

describe('the outcome of a mass action', () => {
  it.each([
    ['{"count":0,"ids":[]}', 'notSaved'],
    ['{"count":1,"ids":["5a"]}', 'saved'],
    ['{"id":"5a","count":0}', 'saved'],
  ])('of %s is %s', (body, outcome) => {
    expect(espocrm.outcomeOf({ status: 200, body: Buffer.from(body) })).toBe(outcome);
  });
});
