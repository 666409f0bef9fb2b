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
