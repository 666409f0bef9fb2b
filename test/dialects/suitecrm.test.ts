import { refuse } from '../harness/answers.ts';
import { startSuiteCrm } from '../harness/suitecrm-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = {
  id: 'a45',
  name: 'Two boxes',
  status: 'In Progress',
  email_c: 'ann@example.com',
  deleted: '0',
};
const TASK = '/Api/V8/module/Tasks/a45';
const TYPE = { 'content-type': 'application/vnd.api+json' };

function call(method: string, path: string, body?: unknown): Call {
  return { method, path, ...(body === undefined ? {} : { body, headers: TYPE }) };
}

function patch(attributes: object, data: object = {}, beside: object = {}): Call {
  return call('PATCH', '/Api/V8/module', {
    data: { type: 'Tasks', id: 'a45', attributes, ...data },
    ...beside,
  });
}

function post(data: object, beside: object = {}): Call {
  return call('POST', '/Api/V8/module', { data, ...beside });
}

const CLOSED = { status: 'Closed' };

describeDialect('suitecrm', {
  async start() {
    const crm = await startSuiteCrm({
      'tasks/a45': STORED,
      'tasks/46': { ...STORED, id: '46' },
      'calls/a45': { id: 'a45', name: 'A call' },
      'notes/1': { id: '1', name: 'A note' },
    });
    return { ...crm, stored: () => crm.rows.get('tasks/a45') };
  },
  modules: { Tasks: { dialect: 'suitecrm', path: '/Api/V8' } },
  module: 'Tasks',
  fields: { status: 'status', email: 'email_c', subject: 'name' },
  credentials: 'Bearer rep',
  reads: [call('GET', TASK), call('GET', '/Api/V8/module/Tasks?filter[status][eq]=Closed&page[size]=2')],
  harmless: [call('POST', '/Api/V8/logout')],
  save: (fields) => patch(fields),
  places: [
    (fields, code) => patch({ ...fields, ...code }),
    (fields, code) => patch(fields, code),
    (fields, code) => patch(fields, {}, code),
  ],
  create: (attributes) => post({ type: 'Tasks', attributes }),
  remove: call('DELETE', TASK),
  missing: [call('PATCH', '/Api/V8/module', { data: { type: 'Tasks', id: '99', attributes: CLOSED } }), 400],
  respelt: patch(CLOSED, { id: 'A45' }),
  unmapped: [
    post({ type: 'Notes', attributes: { name: 'x' } }),
    call('PATCH', '/Api/V8/module', { data: { type: 'Notes', id: '1', attributes: { name: 'x' } } }),
    call('DELETE', '/Api/V8/module/Notes/1'),
  ],
  unknown: [
    call('POST', `${TASK}/relationships`, { data: { type: 'Contacts', id: '1' } }),
    call('DELETE', '/Api/V8/module/Contacts/1/relationships/tasks/a45'),
    call('PUT', TASK, CLOSED),
    call('POST', '/Api/V8/custom/close', { id: 'a45' }),
  ],
  disguises: [
    ['an alias of the module', patch(CLOSED, { type: 'Task' })],
    ['another id among the attributes', patch({ ...CLOSED, id: 'a45' }, { id: '46' })],
    ['a new record with the id of an old one', post({ type: 'Tasks', attributes: { ...CLOSED, id: 'a45' } })],
    [
      'another table',
      call('PATCH', '/Api/V8/module', {
        data: { type: 'Calls', id: 'a45', attributes: { ...CLOSED, table_name: 'tasks' } },
      }),
    ],
    ['a deletion by an attribute', patch({ deleted: 1 })],
    ['a deletion by the query', call('DELETE', '/Api/V8/module/Notes/1?moduleName=Tasks&id=a45')],
    ['a deletion by an alias', call('DELETE', '/Api/V8/module/Task/a45')],
    ['a method in the body', post({ type: 'Tasks', id: 'a45', attributes: CLOSED }, { _METHOD: 'PATCH' })],
    [
      'a method in a header',
      {
        method: 'POST',
        path: '/Api/V8/module',
        body: { data: { type: 'Tasks', id: 'a45', attributes: CLOSED } },
        headers: { ...TYPE, 'X-Http-Method-Override': 'PATCH' },
      },
    ],
    ['a name in another case', patch({ ...CLOSED, Status: 'Open' })],
  ],
  nonsense: [
    ['a body that is a list', call('PATCH', '/Api/V8/module', [])],
    ['JSON that ends early', call('PATCH', '/Api/V8/module', '{"data":')],
    ['no id', call('PATCH', '/Api/V8/module', { data: { type: 'Tasks', attributes: CLOSED } })],
    ['an id that is a number', patch(CLOSED, { id: 45 })],
    ['no type', patch(CLOSED, { type: undefined })],
    ['a type in another case', patch(CLOSED, { type: 'tasks' })],
    ['attributes that are a list', patch([])],
    ['an id that is two', patch({ ...CLOSED, id: '46' })],
    ['a member beside the data', patch(CLOSED, {}, { id: '46' })],
    ['a relationship among the data', patch(CLOSED, { relationships: {} })],
    [
      'a form',
      {
        method: 'PATCH',
        path: '/Api/V8/module',
        body: 'data[type]=Tasks&data[id]=a45&data[attributes][status]=Closed',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ],
  ],
  mistakes: {
    notJson: call('PATCH', '/Api/V8/module', '{data:{}}'),
    twice: call(
      'PATCH',
      '/Api/V8/module',
      '{"data":{"type":"Tasks","id":"a45","attributes":{"status":"Open","status":"Closed"}}}',
    ),
    inTheAddress: call(
      'PATCH',
      '/Api/V8/module?data[type]=Tasks&data[id]=a45&data[attributes][status]=Closed',
      {
        data: { type: 'Tasks', id: 'a45', attributes: {} },
      },
    ),
    ofNoModule: patch(CLOSED, { type: 'Frobs' }),
    againstItself: patch({ ...CLOSED, id: 'a45' }, { id: '46' }),
    tooMany: call('PATCH', '/Api/V8/module', {
      data: Array.from({ length: 201 }, (_, id) => ({ type: 'Tasks', id: `${id}`, attributes: CLOSED })),
    }),
  },
  refuses: refuse(400, { errors: { status: 400, title: null, detail: 'no' } }),
  refusalIn({ json, headers }) {
    const { code, detail, rules } = json['errors'] as Record<string, unknown>;
    return { code: headers.get('content-type') === TYPE['content-type'] && code, message: detail, rules };
  },
  strangerStatus: 401,
});
