import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from '../upstream/stage.ts';

/*
 * A save that goes on unread, and whose caller has to be found out first: the configuration is replaced while the keys of its token are fetched.
 */

const BEGIN = '{"status":';
const END = '"Delivered"}';
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const TOKEN = `${part({ alg: 'RS256', kid: 'a' })}.${part({ sub: 'mia' })}.c2ln`;

/** A server of keys that keeps who asks waiting. */
async function openKeys() {
  const asked = Promise.withResolvers<ServerResponse>();
  const server = createServer((_request, response) => asked.resolve(response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const answer = async () =>
    (await asked.promise).setHeader('Content-Type', 'application/json').end('{"keys":[]}');
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: asked.promise,
    answer,
  };
}

/** A save that nobody can unpack, of which the first part was sent; the configuration is replaced while its caller is looked for. */
async function saveOver(after: Partial<ConfigInput>) {
  const keys = await openKeys();
  const callers: ConfigInput['callers'] = [{ jwt: { jwksUrl: keys.jwksUrl } }];
  const scene = await stage(count, { mode: 'shadow', callers });
  const client = await scene.open();
  const head = [
    `Authorization: Bearer ${TOKEN}`,
    'Content-Encoding: unknown',
    `Content-Length: ${BEGIN.length + END.length}`,
  ];
  client.send(rawRequest('PATCH /api/DeliveryNotes/45', head, BEGIN));
  await keys.asked;
  scene.reload({ callers, ...after });
  await keys.answer();
  return { ...scene, client };
}

test('it arrives nowhere once it would be judged', async () => {
  const { client, heads, lines } = await saveOver({});
  let isCut = false;
  for (const event of ['end', 'close', 'error']) client.socket.on(event, () => (isCut = true));
  await until(() => isCut);
  expect(heads).toEqual([]);
  expect(lines.filter(({ message }) => message.startsWith('a request was cut'))).toHaveLength(1);
});

test('honest: it goes on where nothing is enforced still', async () => {
  const { client } = await saveOver({ mode: 'shadow' });
  client.send(END);
  expect((await client.answer()).status).toBe(200);
});
