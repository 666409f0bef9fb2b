import { describe, expect, it } from 'vitest';
import { frappe } from '../../src/dialects/frappe/frappe.ts';
import { refuse } from '../harness/answers.ts';
import { startFrappe } from '../harness/frappe-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = {
  name: 'DN-0001',
  subject: 'Two boxes',
  status: 'Open',
  email: 'ann@example.com',
  docstatus: 0,
};
const CLOSED = { status: 'Closed' };
const DOCTYPE = 'Delivery Note';
const NOTE = 'resource/Delivery%20Note/DN-0001';
const V2 = 'v2/document/Delivery%20Note/DN-0001';

function call(method: string, path: string, body?: unknown): Call {
  return { method, path: `/api/${path}`, ...(body === undefined ? {} : { body }) };
}
const form = (path: string, fields: Readonly<Record<string, unknown>>): Call => ({
  method: 'POST',
  path: `/api/${path}`,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  ).toString(),
});
const client = (name: string, fields: object) => call('POST', `method/frappe.client.${name}`, fields);
const doc = (fields: object) => ({ doctype: DOCTYPE, ...STORED, ...fields });
const named = { doctype: DOCTYPE, name: 'DN-0001' };

describeDialect('frappe', {
  async start() {
    const crm = await startFrappe({
      'Delivery Note/DN-0001': STORED,
      'Delivery Note/DN-0002': { ...STORED, name: 'DN-0002', email: 'bob@example.com' },
      'ToDo/1': { name: '1', description: 'x' },
    });
    return { ...crm, stored: () => crm.records.get('Delivery Note/DN-0001') };
  },
  modules: {
    DeliveryNote: {
      dialect: 'frappe',
      path: '/api',
      type: DOCTYPE,
      actions: { archive: { set: { archived: 1 } }, print_it: { harmless: true } },
    },
  },
  module: 'DeliveryNote',
  fields: { status: 'status', email: 'email', subject: 'subject' },
  credentials: 'token key:secret',
  reads: [
    call('GET', NOTE),
    call('GET', 'resource/Delivery%20Note?fields=["status"]'),
    call('GET', 'v2/document/ToDo/1'),
  ],
  harmless: [
    call('POST', 'method/login', { usr: 'ann', pwd: 'x' }),
    client('get_list', { doctype: DOCTYPE }),
    call('POST', NOTE, { run_method: 'print_it' }),
    call('POST', 'method/run_doc_method', { dt: DOCTYPE, dn: 'DN-0001', method: 'print_it' }),
  ],
  save: (fields) => call('PUT', NOTE, fields),
  places: [
    (fields, code) => call('PUT', NOTE, { ...fields, ...code }),
    (fields, code) => call('PUT', NOTE, { data: JSON.stringify({ ...fields, ...code }) }),
    (fields, code) => call('PATCH', V2, { ...fields, ...code }),
    (fields, code) => client('set_value', { ...named, fieldname: JSON.stringify({ ...fields, ...code }) }),
    (fields, code) => client('set_value', { ...named, fieldname: fields, ...code }),
    (fields, code) => form('method/frappe.client.save', { doc: doc({ ...fields, ...code }) }),
    (fields, code) => form('method/frappe.client.save', { doc: doc(fields), ...code }),
    (fields, code) =>
      client('bulk_update', {
        docs: JSON.stringify([{ doctype: DOCTYPE, docname: 'DN-0001', ...fields, ...code }]),
      }),
  ],
  create: (fields) => call('POST', 'resource/Delivery%20Note', fields),
  remove: call('DELETE', NOTE),
  pair: {
    ids: ['DN-0001', 'DN-0002'],
    email: 'bob@example.com',
    save: (fields) =>
      call('POST', 'v2/document/Delivery%20Note/bulk_update', {
        docs: ['DN-0001', 'DN-0002'].map((name) => ({ name, ...fields })),
      }),
  },
  missing: [call('PUT', 'resource/Delivery%20Note/DN-9', CLOSED), 404],
  respelt: call('PUT', 'resource/Delivery%20Note/dn-0001', CLOSED),
  unmapped: [
    call('POST', 'resource/ToDo', { description: 'x' }),
    call('PUT', 'resource/ToDo/1', { description: 'x' }),
    client('insert', { doc: { doctype: 'ToDo', description: 'x' } }),
    call('POST', 'method/acme.api.refresh', { days: 3 }),
  ],
  unknown: [
    call('DELETE', 'method/frappe.client.delete?doctype=x'),
    call('POST', 'v2/method/Delivery%20Note/make', {}),
    call('POST', 'v2/document/Delivery%20Note/DN-0001', {}),
    call('GET', 'method/ping?cmd=frappe.client.set_value'),
    call('GET', `${NOTE}?run_method=close_note`),
    call('PUT', 'other/Delivery%20Note/DN-0001', CLOSED),
  ],
  disguises: [
    ['the DocType in small letters', call('PUT', 'resource/delivery%20note/DN-0001', CLOSED)],
    ['version 1 by its name', call('PUT', 'v1/resource/Delivery%20Note/DN-0001', CLOSED)],
    ['version 2', call('PUT', V2, CLOSED)],
    ['JSON in a text', call('PUT', NOTE, { data: JSON.stringify(CLOSED) })],
    ['an object in "data"', call('PUT', NOTE, { subject: 'x', data: CLOSED })],
    ['set_value', client('set_value', { ...named, fieldname: 'status', value: 'Closed' })],
    [
      'set_value by a form',
      form('method/frappe.client.set_value', { ...named, fieldname: 'status', value: 'Closed' }),
    ],
    ['set_value of several', client('set_value', { ...named, fieldname: '{"status":"Closed"}' })],
    ['save', client('save', { doc: doc(CLOSED) })],
    [
      'save that leaves the address out',
      client('save', { doc: JSON.stringify({ ...named, status: 'Open' }) }),
    ],
    ['submit with another status', client('submit', { doc: doc(CLOSED) })],
    ['the desk', form('method/frappe.desk.form.save.savedocs', { doc: doc(CLOSED), action: 'Save' })],
    [
      'bulk_update',
      client('bulk_update', { docs: JSON.stringify([{ doctype: DOCTYPE, docname: 'DN-0001', ...CLOSED }]) }),
    ],
    ['delete', client('delete', named)],
    ['bulk_delete', call('POST', 'v2/document/Delivery%20Note/bulk_delete', { names: ['DN-0001'] })],
    [
      'cmd beside a login',
      call('POST', 'method/login', {
        cmd: 'frappe.client.set_value',
        ...named,
        fieldname: 'status',
        value: 'Closed',
      }),
    ],
    [
      'cmd at another record',
      form('resource/ToDo', {
        cmd: 'frappe.client.set_value',
        ...named,
        fieldname: 'status',
        value: 'Closed',
      }),
    ],
    [
      'cmd in the address',
      call(
        'POST',
        'method/login?cmd=frappe.client.set_value&doctype=Delivery%20Note&name=DN-0001&fieldname=status&value=Closed',
        {},
      ),
    ],
    ['a method of the document', call('POST', NOTE, { run_method: 'close_note' })],
    ['a method of the document in version 2', call('POST', `${V2}/method/close_note`, {})],
    [
      'run_doc_method',
      call('POST', 'method/run_doc_method', { dt: DOCTYPE, dn: 'DN-0001', method: 'close_note' }),
    ],
    [
      'run_doc_method with a document',
      call('POST', 'method/run_doc_method', { docs: JSON.stringify(doc(CLOSED)), method: 'submit' }),
    ],
    [
      'the name of another document',
      call('PUT', 'resource/Delivery%20Note/DN-0002', { name: 'DN-0001', ...CLOSED }),
    ],
  ],
  nonsense: [
    ['a list', call('PUT', NOTE, [])],
    ['JSON that ends early', call('PUT', NOTE, '{"status":')],
    ['JSON in a text that ends early', call('PUT', NOTE, { data: '{"status":' })],
    ['a text that is no document', client('save', { doc: 'DN-0001' })],
    ['a document without a DocType', client('save', { doc: { name: 'DN-0001', ...CLOSED } })],
    ['a document without a name', client('save', { doc: { doctype: DOCTYPE, ...CLOSED } })],
    ['another DocType in the document', call('PUT', NOTE, { doctype: 'ToDo', ...CLOSED })],
    [
      'a name that leads away',
      client('set_value', { ...named, name: '../ToDo/1', fieldname: 'status', value: 'x' }),
    ],
    ['a document that says that it is new', call('PUT', NOTE, { __islocal: 1, ...CLOSED })],
    [
      'a row of a table',
      client('insert', { doc: { doctype: 'Row', parenttype: DOCTYPE, parent: 'DN-0001' } }),
    ],
    [
      'an action of the desk that is none',
      form('method/frappe.desk.form.save.savedocs', { doc: doc({}), action: 'Close' }),
    ],
    ['a new name', client('rename_doc', { doctype: DOCTYPE, old_name: 'DN-0001', new_name: 'DN-7' })],
    [
      'a function that names the DocType',
      call('POST', 'method/acme.api.close', { doctype: DOCTYPE, names: ['DN-0001'] }),
    ],
    [
      'an upload into a field',
      call('POST', 'method/upload_file', { doctype: DOCTYPE, docname: 'DN-0001', fieldname: 'status' }),
    ],
    [
      '21 documents, which are saved later',
      client('bulk_update', {
        docs: Array.from({ length: 21 }, (_, index) => ({ doctype: DOCTYPE, docname: `DN-${index}` })),
      }),
    ],
    [
      'one document twice',
      client('bulk_update', {
        docs: [
          { doctype: DOCTYPE, docname: 'DN-0001' },
          { doctype: DOCTYPE, docname: 'DN-0001' },
        ],
      }),
    ],
    ['a bulk of none', client('bulk_update', { docs: [] })],
  ],
  mistakes: {
    notJson: call('PUT', NOTE, '{status:"Closed"}'),
    twice: call('PUT', NOTE, '{"status":"Open","status":"Closed"}'),
    inTheAddress: call('PUT', `${NOTE}?status=Closed`, {}),
    ofNoModule: call('PUT', 'resource/Frob/1', CLOSED),
    againstItself: call('PUT', NOTE, { ...CLOSED, name: 'DN-0002' }),
    tooMany: client('bulk_update', {
      docs: Array.from({ length: 201 }, (_, index) => ({
        doctype: DOCTYPE,
        docname: `DN-${index}`,
        ...CLOSED,
      })),
    }),
  },
  refuses: refuse(417, { exc_type: 'ValidationError', exception: 'no' }),
  refusalIn({ json }) {
    const [error] = (json['errors'] ?? []) as Record<string, unknown>[];
    const { exc_type, exception, rules } = json as Record<string, unknown>;
    return error
      ? { ...error, code: error['type'], message: error['message'], rules: error['rules'] }
      : { code: exc_type, message: exception, rules };
  },
  strangerStatus: 403,
});

it.each([
  ['a bulk that failed', { data: { updated: [], failed: [{}] } }, 'notSaved'],
  ['a bulk of which some failed', { data: { updated: ['a'], failed: [{}] } }, 'saved'],
  ['a deletion of which some failed', { data: { deleted: ['a'], failed: [{}] } }, 'saved'],
  ['bulk_update with failures', { message: { failed_docs: [{}] } }, 'unknown'],
  ['bulk_update', { message: { failed_docs: [] } }, 'saved'],
  ['a document', { data: { name: 'x' } }, 'saved'],
] as const)('the answer to %s says what became of it', (_name, body, outcome) => {
  expect(frappe.outcomeOf({ status: 200, body: Buffer.from(JSON.stringify(body)) })).toBe(outcome);
});

describe('the state of a document', () => {
  const mount = {
    path: '/api',
    definitions: [{ name: 'Note', dialect: 'frappe', type: DOCTYPE, path: '/api', actions: {} }],
  } as const;
  const read = (path: string, fields: Record<string, string>) =>
    frappe.read(
      { method: 'POST', query: '', headers: [] },
      { ...mount, segments: path.split('/') },
      { kind: 'json', value: new Map(Object.entries(fields)) },
      [],
    );
  it.each([
    ['submit', 'resource/Delivery%20Note/DN-0001', { run_method: 'submit' }, '1'],
    ['cancel', 'method/frappe.client.cancel', named, '2'],
    ['cancel in the desk', 'method/frappe.desk.form.save.cancel', named, '2'],
    [
      'Submit in the desk',
      'method/frappe.desk.form.save.savedocs',
      { doc: JSON.stringify(doc({})), action: 'Submit' },
      '1',
    ],
  ] as const)('after %s is what criteria see', (_name, path, fields, status) => {
    expect(read(path, fields)).toMatchObject({ kind: 'saves', saves: [{ fields: expect.any(Map) }] });
    const reading = read(path, fields);
    const [save] = reading.kind === 'saves' ? reading.saves : [];
    expect(save?.fields.get('docstatus')).toEqual({ lexeme: status });
  });
});
