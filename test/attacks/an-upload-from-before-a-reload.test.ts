import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from '../upstream/stage.ts';

/*
 * A save begins while it would go on unread, and its end comes once a rule is about it: nobody bounds how long a body that is streamed may take.
 */

type Changes = Partial<ConfigInput>;

const BEGIN = '{"status":';
const END = '"Delivered"}';
const LENGTH = `Content-Length: ${BEGIN.length + END.length}`;

/** A save whose body has begun to arrive at the CRM, and the bodies that came there whole. */
async function openUpload(changes: Changes, line: string, headers: readonly string[] = []) {
  const whole: string[] = [];
  const scene = await stage((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => {
      body += piece.toString();
    });
    request.on('end', () => whole.push(body));
    count(request, response);
  }, changes);
  const client = await scene.open();
  const end = { isCut: false };
  for (const event of ['end', 'close', 'error'])
    client.socket.on(event, () => {
      end.isCut = true;
    });
  client.send(rawRequest(line, ['Content-Type: application/json', LENGTH, ...headers], BEGIN));
  await until(() => scene.heads.length === 1);
  return { ...scene, client, end, whole };
}

const ODOO: Changes = {
  modules: { DeliveryNotes: { dialect: 'odoo', path: '/api', type: 'stock.picking' } },
};
/** It opens calls of what no module names. */
const OPEN_DOOR: Changes = { ...ODOO, passthrough: ['/api/jsonrpc'] };

const OPEN_FILES: Changes = { unmappedWrites: 'refuse', passthrough: ['/files'] };

const OPEN_PRINT: Changes = { unmappedWrites: 'refuse', passthrough: ['/api/DeliveryNotes/*/print'] };

/** Reads of its records go by a header, and one of its operations is told by the query. */
const PRINTED: Changes = {
  ...OPEN_PRINT,
  modules: {
    DeliveryNotes: {
      ...{ dialect: 'rest', path: '/api/DeliveryNotes', readHeaders: ['X-Tenant'] },
      operations: [
        {
          request: 'POST /api/DeliveryNotes/{id}/print?do=deliver',
          save: { id: '{id}', set: { status: 'Delivered' } },
        },
      ],
    },
  },
};

const SHUT: readonly (readonly [string, Changes, Changes, string])[] = [
  ['the gate was off', { mode: 'off' }, {}, 'PATCH /api/DeliveryNotes/45'],
  ['no module was there', { modules: {}, rules: [] }, {}, 'PATCH /api/DeliveryNotes/45'],
  [
    'its path was open',
    { passthrough: ['/api/notes/**'] },
    { unmappedWrites: 'refuse' },
    'PUT /api/notes/45',
  ],
  ['writes that nobody names went on', {}, { unmappedWrites: 'refuse' }, 'POST /api/Invoices'],
  ['the gate was off, below a record', { mode: 'off' }, {}, 'POST /api/DeliveryNotes/45/print'],
  ['the gate was off, at a path that calls share', { ...ODOO, mode: 'off' }, OPEN_DOOR, 'POST /api/jsonrpc'],
  [
    'its path was open to any method',
    { unmappedWrites: 'refuse', passthrough: ['/api/notes/**'] },
    { unmappedWrites: 'refuse', passthrough: ['PUT /api/notes/**'] },
    'PUT /api/notes/45?_method=DELETE',
  ],
  [
    'no rule was about reads of the records at its path',
    {},
    { rules: [deliveryRule({ on: ['read'], when: true })] },
    'POST /api/DeliveryNotes.json',
  ],
  [
    'no operation was described that its query means in another spelling',
    OPEN_PRINT,
    PRINTED,
    'POST /api/DeliveryNotes/45/print?Do=deliver',
  ],
];

test.each(
  SHUT,
)('a save that began while %s arrives nowhere once it would be judged', async (_, before, after, line) => {
  const { client, end, whole, heads, lines, reload } = await openUpload(before, line);
  reload(after);
  await until(() => end.isCut);
  client.send(END);
  await until(() => heads[0]?.socket.destroyed);
  expect(heads.map(({ complete }) => complete)).toEqual([false]);
  expect(whole).toEqual([]);
  const said = lines.filter(({ message }) => message.startsWith('a request was cut while its body arrived'));
  expect(said.map(({ level, details }) => ({ level, ...details }))).toEqual([
    {
      level: 'warn',
      request: expect.any(String),
      method: line.split(' ')[0],
      path: expect.stringMatching(/^\/api\//),
    },
  ]);
});

test('so does one that names twice by which header the record is read', async () => {
  const twice = ['X-Tenant: a', 'X-Tenant: b'];
  const { end, whole, reload } = await openUpload(OPEN_PRINT, 'PUT /api/DeliveryNotes/45/print', twice);
  reload(PRINTED);
  await until(() => end.isCut);
  expect(whole).toEqual([]);
});

const OPEN: typeof SHUT = [
  ['to an open path', {}, { passthrough: ['/a'] }, 'POST /api/Invoices'],
  [
    'to a path that is listed still',
    { unmappedWrites: 'refuse', passthrough: ['/files'] },
    { unmappedWrites: 'refuse', passthrough: ['/files', '/a'] },
    'PUT /files',
  ],
  [
    'to what is open below records still',
    { passthrough: ['/api/DeliveryNotes/*/print'] },
    { passthrough: ['/api/DeliveryNotes/*/print', '/a'] },
    'POST /api/DeliveryNotes/45/print',
  ],
  ['to an open path that is no operation still', OPEN_PRINT, PRINTED, 'PUT /api/DeliveryNotes/45/print'],
  [
    'to a path that is open to its method still',
    { unmappedWrites: 'refuse', passthrough: ['PUT /files'] },
    { unmappedWrites: 'refuse', passthrough: ['PUT /files', '/a'] },
    'PUT /files',
  ],
  ['where nothing is enforced still', { mode: 'off' }, { mode: 'shadow' }, 'PATCH /api/DeliveryNotes/45'],
  [
    'where the gate is off still',
    { mode: 'off' },
    { mode: 'off', passthrough: ['/a'] },
    'PATCH /api/DeliveryNotes/45',
  ],
];

test.each(OPEN)('honest: an upload %s goes on over a reload', async (_, before, after, line) => {
  const { client, end, whole, reload } = await openUpload(before, line);
  reload(after);
  reload(after);
  client.send(END);
  expect((await client.answer()).status).toBe(200);
  expect(whole).toEqual([BEGIN + END]);
  expect(end.isCut).toBe(false);
});

test('honest: an upload that has arrived whole is answered, whatever may go on since', async () => {
  const goOn = Promise.withResolvers<void>();
  const { open, heads, reload } = await stage((request, response) => {
    request.resume();
    void goOn.promise.then(() => response.end('stored'));
  }, OPEN_FILES);
  const client = await open();
  client.send(rawRequest('PUT /files', [], 'a file'));
  await until(() => heads[0]?.complete);
  reload({ unmappedWrites: 'refuse' });
  goOn.resolve();
  expect(await client.answer()).toMatchObject({ status: 200, body: 'stored' });
});

test('honest: so is what brings no body, and is answered for long', async () => {
  const goOn = Promise.withResolvers<void>();
  const { open, heads, reload } = await stage((_request, response) => {
    void goOn.promise.then(() => response.end('a file'));
  }, OPEN_FILES);
  const client = await open();
  client.send(rawRequest('GET /files'));
  await until(() => heads.length === 1);
  reload({ unmappedReads: 'refuse' });
  goOn.resolve();
  expect(await client.answer()).toMatchObject({ status: 200, body: 'a file' });
});
