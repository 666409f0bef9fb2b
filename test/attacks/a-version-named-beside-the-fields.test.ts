import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Where the fields stand below a name in a body, what stands beside it may choose another version of the record than a read shows. By its
 * address alone the note is delivered already.
 */

const NOTE = '/api/DeliveryNotes/45';
const STORED = { id: '45', status: 'Delivered', email: 'ann@example.com' };

async function openWrapped(fields = '/data', envelopeFields: string[] = []) {
  const world = await openWorld({
    rules: [deliveryRule()],
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', fields, envelopeFields } },
  });
  world.crm.answerWith((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(STORED));
  });
  const patch = (body: object) => world.rep.call('PATCH', NOTE, body);
  return { ...world, patch };
}

test.each([
  [{ locale: 'fr' }],
  [{ version: 7 }],
])('no delivery reaches the version that %j names', async (beside) => {
  const { patch, crm, gateway } = await openWrapped();
  expect((await patch({ data: { status: 'Delivered' }, ...beside })).result).toBe('otp-required');
  expect(crm.saves).toEqual([]);
  expect(gateway.lastCode(STORED.email)).toBeDefined();
});

test.each<[string, string, object, string[]]>([
  ['the fields alone', '/data', { data: { status: 'Delivered' } }, []],
  ['nothing guarded', '/data', { data: { subject: 'x' }, locale: 'fr' }, []],
  ['what is about the call', '/data', { data: { status: 'Delivered' }, notify: false, locale: '' }, []],
  ['what is declared', '/data', { data: { status: 'Delivered' }, source: 'app' }, ['source']],
  [
    'a resource of JSON:API',
    '/data/attributes',
    { data: { type: 'notes', id: '45', attributes: { status: 'Delivered' } } },
    [],
  ],
])('honest: %s arrives without a code', async (_, fields, body, envelopeFields) => {
  const { patch, crm } = await openWrapped(fields, envelopeFields);
  expect((await patch(body)).status).toBe(200);
  expect(crm.saves.map((save) => JSON.parse(String(save.body)))).toEqual([body]);
});

const WHOLE = { status: 'Delivered', email: 'ann@example.com', subject: 'x' };

test('a whole record beside it is refused with what to leave out or declare, since nobody knows whose address is stored there', async () => {
  const { patch, crm, gateway } = await openWrapped();
  const { status, result, json } = await patch({ data: WHOLE, commit: 'Save', utf8: '1' });
  expect([status, result]).toEqual([422, 'otp-recipient-missing']);
  expect(json['detail']).toContain('"commit", "utf8"');
  expect(json['detail']).toContain('envelopeFields');
  expect([crm.saves, gateway.outbox.messages()]).toEqual([[], []]);
});

test('honest: once that is declared, the whole record arrives', async () => {
  const { patch, crm } = await openWrapped('/data', ['commit', 'utf8']);
  expect((await patch({ data: WHOLE, commit: 'Save', utf8: '1' })).status).toBe(200);
  expect(crm.saves).toHaveLength(1);
});

const OPERATIONS = [
  { request: 'POST /api/notes/{id}/save', save: { id: '{id}', fields: '/note' } },
  { request: 'POST /api/notes/{id}/deliver', save: { id: '{id}', set: { status: 'Delivered' } } },
  { request: 'POST /api/note-list', save: { records: '/notes', id: '/id' } },
];
const DELIVERED = { status: 'Delivered' };

/** The same where an operation describes the request. */
async function openDescribed() {
  const { crm, rep, ...world } = await openWorld({
    rules: [deliveryRule()],
    modules: {
      DeliveryNotes: {
        dialect: 'rest',
        path: '/api/DeliveryNotes',
        envelopeFields: ['source'],
        operations: OPERATIONS,
      },
    },
  });
  crm.answerWith((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(STORED));
  });
  const posted = () => crm.received.filter(({ method }) => method === 'POST').map(({ path }) => path);
  return { ...world, rep, posted };
}

test.each<[string, object]>([
  ['/api/notes/45/save', { note: DELIVERED, locale: 'fr' }],
  ['/api/notes/45/deliver', { locale: 'fr' }],
  ['/api/note-list', { notes: [{ id: '45', ...DELIVERED }], locale: 'fr' }],
])('no delivery by %s reaches the version that %j names', async (path, body) => {
  const { rep, posted, gateway } = await openDescribed();
  expect((await rep.call('POST', path, body)).result).toBe('otp-required');
  expect(posted()).toEqual([]);
  expect(gateway.lastCode(STORED.email)).toBeDefined();
});

test.each<[string, object]>([
  ['/api/notes/45/save', { note: DELIVERED }],
  ['/api/notes/45/save', { note: DELIVERED, source: 'app', notify: false }],
  ['/api/notes/45/deliver', { source: 'app' }],
  ['/api/note-list', { notes: [{ id: '45', ...DELIVERED }], source: 'app' }],
])('honest: a delivery by %s with %j arrives without a code', async (path, body) => {
  const { rep, posted } = await openDescribed();
  expect((await rep.call('POST', path, body)).status).toBe(200);
  expect(posted()).toEqual([path]);
});

type Action = { readonly module: object; readonly path: string; readonly body: (given: object) => object };

const FIELDS = { ...STORED, name: '45', ID: '45' };
const COMMON = { envelopeFields: ['reason'], actions: { deliver: { set: DELIVERED } } };

/** How an action of a record is called, by dialect. */
const ACTIONS: Readonly<Record<string, Action>> = {
  odata: {
    module: { dialect: 'odata', path: '/odata', ...COMMON },
    path: '/odata/DeliveryNotes(45)/deliver',
    body: (given) => given,
  },
  frappe: {
    module: { dialect: 'frappe', path: '/api', ...COMMON },
    path: '/api/v2/document/DeliveryNotes/45/method/deliver',
    body: (given) => given,
  },
  odoo: {
    module: { dialect: 'odoo', path: '/', type: 'stock.picking', ...COMMON },
    path: '/web/dataset/call_kw/stock.picking/deliver',
    body: (kwargs) => ({
      jsonrpc: '2.0',
      params: { model: 'stock.picking', method: 'deliver', args: [[45]], kwargs },
    }),
  },
};

/** A CRM that shows the note in the way of each dialect, with a gateway that knows its action. */
async function openActions(dialect: string) {
  const { module: definition, path, body } = ACTIONS[dialect] as Action;
  const { crm, rep, gateway } = await openWorld({
    rules: [deliveryRule()],
    modules: { DeliveryNotes: definition as never },
  });
  crm.answerWith((_, response) => {
    const shown = { odata: FIELDS, frappe: { data: FIELDS }, odoo: { jsonrpc: '2.0', result: [FIELDS] } };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(shown[dialect as keyof typeof shown]));
  });
  const act = (given: object) => rep.call('POST', path, body(given));
  const acts = () => crm.received.filter((one) => one.path === path);
  return { act, acts, gateway };
}

test.each(
  Object.keys(ACTIONS),
)('no action of %s reaches the version that its parameters name', async (dialect) => {
  const { act, acts, gateway } = await openActions(dialect);
  await act({ locale: 'fr' });
  expect(gateway.lastCode(STORED.email)).toBeDefined();
  expect(acts()).toEqual([]);
});

test.each(
  Object.keys(ACTIONS),
)('honest: an action of %s that is given nothing, or what is declared, arrives without a code', async (dialect) => {
  const { act, acts, gateway } = await openActions(dialect);
  for (const given of [{}, { reason: 'late', notify: false }]) expect((await act(given)).status).toBe(200);
  expect(acts()).toHaveLength(2);
  expect(gateway.lastCode()).toBeUndefined();
});
