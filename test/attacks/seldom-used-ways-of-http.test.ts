import { expect, test } from 'vitest';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, type Stage, stage } from '../http/stage.ts';

/** What few clients send and all servers have code for: each way tries to bring a save along. */

const put = (headers: readonly string[], body: string, version = 'HTTP/1.1', target = NOTE) =>
  `PUT ${target} ${version}\r\n${['Host: crm.test', JSON_TYPE, ...headers].join('\r\n')}\r\n\r\n${body}`;
const sized = (body: string, ...headers: readonly string[]) =>
  put([...headers, `Content-Length: ${body.length}`], body);
const chunks = (body: string, extension = '') =>
  `${body.length.toString(16)}${extension}\r\n${body}\r\n0\r\n`;
const after = (...head: readonly string[]) => `${head.join('\r\n')}\r\n\r\n${sized(DELIVERED)}`;

const H2C = [
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
];
const CHUNKED = 'Transfer-Encoding: chunked';

/** Ways in which an honest client may save, too. */
const WAYS: readonly (readonly [way: string, save: (body: string) => string])[] = [
  ['that expects 100-continue', (body) => sized(body, 'Expect: 100-continue')],
  ['with an offer of h2c', (body) => sized(body, ...H2C)],
  ['by HTTP/1.0', (body) => put([`Content-Length: ${body.length}`], body, 'HTTP/1.0')],
  ['with its host in its address', (body) => sized(body).replace(NOTE, `http://crm.test${NOTE}`)],
  ['with an extension of a chunk', (body) => put([CHUNKED], `${chunks(body, ';a=b')}\r\n`)],
  ['with trailers', (body) => put([CHUNKED, 'Trailer: X-Sum'], `${chunks(body)}X-Sum: 1\r\n\r\n`)],
  ['for a few hops', (body) => sized(body, 'Max-Forwards: 1', 'TE: trailers', 'Connection: TE')],
];

const ATTACKS: readonly (readonly [what: string, bytes: string])[] = [
  ['a code in a trailer', put([CHUNKED], `${chunks(DELIVERED)}OTPRULES-OTP-7: 123456\r\n\r\n`)],
  ['another expectation', sized(DELIVERED, 'Expect: 200-ok')],
  ['two expectations', sized(DELIVERED, 'Expect: 100-continue', 'Expect: 100-continue')],
  ['a WebSocket by PUT', sized(DELIVERED, 'Connection: Upgrade', 'Upgrade: websocket')],
  [
    'behind an offer of a WebSocket and more',
    after('GET /x HTTP/1.1', 'Host: crm.test', 'Connection: Upgrade', 'Upgrade: websocket, h2c'),
  ],
  ['behind an offer of h2c', after('GET /x HTTP/1.1', 'Host: crm.test', ...H2C)],
  ['behind OPTIONS *', after('OPTIONS * HTTP/1.1', 'Host: crm.test')],
  ['behind CONNECT', after('CONNECT crm.test:80 HTTP/1.1', 'Host: crm.test:80')],
  ['behind CONNECT to a path', after(`CONNECT ${NOTE} HTTP/1.1`, 'Host: crm.test')],
  [
    'behind a read that expects 100-continue',
    after('GET /x HTTP/1.1', 'Host: crm.test', 'Expect: 100-continue'),
  ],
  ['behind a read by HTTP/1.0', after('GET /x HTTP/1.0', 'Connection: keep-alive')],
  ['behind the preface of HTTP/2', after('PRI * HTTP/2.0', '', 'SM')],
  [
    'in the body of a read with an upgrade',
    `GET ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: ${sized(DELIVERED).length}\r\n\r\n${sized(DELIVERED)}`,
  ],
  [
    'in the body of HEAD',
    `HEAD ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Length: ${DELIVERED.length}\r\n\r\n${DELIVERED}`,
  ],
  [
    'in the body of TRACE',
    `TRACE /x HTTP/1.1\r\nHost: crm.test\r\nContent-Length: ${DELIVERED.length}\r\n\r\n${DELIVERED}`,
  ],
  ['with another host in its address', sized(DELIVERED).replace(NOTE, `http://other.test${NOTE}`)],
  ['with a user in its address', sized(DELIVERED).replace(NOTE, `http://a@crm.test${NOTE}`)],
  ['with another scheme in its address', sized(DELIVERED).replace(NOTE, `ws://crm.test${NOTE}`)],
  ['with a length that is taken away', sized(DELIVERED, 'Connection: content-length')],
  ['with two codings', put(['Transfer-Encoding: gzip, chunked'], `${chunks(DELIVERED)}\r\n`)],
  ['with a head that is too long', sized(DELIVERED, `X-A: ${'a'.repeat(20_000)}`)],
  [
    'behind more headers than are read',
    sized(DELIVERED, ...Array.from({ length: 2100 }, (_, nth) => `X${nth}: a`)),
  ],
];

/** Sends the bytes, says that no more will come, and waits until the gateway has ended the connection. */
async function sendAll({ open }: Stage, bytes: string): Promise<void> {
  const { socket, send, finish } = await open();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  socket.on('error', end).on('end', end).on('close', end).resume();
  send(Buffer.from(bytes, 'latin1'));
  finish();
  await ended;
}

test.each([
  ...WAYS.map(([way, save]) => [way, save(DELIVERED)] as const),
  ...ATTACKS,
])('no delivery arrives without a code: %s', async (_, bytes) => {
  const scene = await stage();
  await sendAll(scene, bytes);
  expect(scene.crm.saves).toEqual([]);
  // Whatever it did to its own connection, others are served.
  expect((await scene.send(`PUT ${NOTE}`, [JSON_TYPE], HARMLESS)).status).toBe(200);
});

test.each(WAYS)('honest: a save about which no rule speaks arrives once, as it is: %s', async (_, save) => {
  const scene = await stage();
  await sendAll(scene, save(HARMLESS));
  expect(scene.crm.saves.map(({ method, path, body }) => [method, path, String(body)])).toEqual([
    ['PUT', NOTE, HARMLESS],
  ]);
});
