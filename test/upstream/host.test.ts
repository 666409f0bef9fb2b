import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { stage } from './stage.ts';

const NOTE = '/api/DeliveryNotes/45';
const answer = JSON.stringify({ id: '45', status: 'Created', email: 'ann@example.com' });
const rules = [deliveryRule({ when: { changed_from: ['status', 'Sent'] } })];
const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];

async function hostsSeen(
  host: 'keep' | 'upstream' | undefined,
  headers: readonly string[],
  trustedProxies: string[] = [],
) {
  const way = host === undefined ? {} : { host };
  const scene = await stage(
    (_, response) => void response.end(answer),
    { rules, websockets: ['/live'], trustedProxies },
    way,
  );
  const sockets: IncomingMessage[] = [];
  scene.upstream.on('upgrade', (request, socket) => {
    sockets.push(request);
    socket.destroy();
  });
  for (const [line, body] of [
    ['GET /other', ''],
    [`PUT ${NOTE}`, '{"status":"Closed"}'],
  ] as const) {
    const client = await scene.open();
    client.send(
      rawRequest(line, ['Host: crm.acme.test:81', 'Content-Type: application/json', ...headers], body),
    );
    expect((await client.answer()).status).toBe(200);
  }
  const client = await scene.open();
  client.send(rawRequest('GET /live', ['Host: crm.acme.test:81', ...upgrade, ...headers]));
  await until(() => sockets.length === 1);
  return [...scene.heads, ...sockets].map(({ method, headers }) => `${method} ${headers.host}`);
}

it('keep sends the Host of the client with streams, saves, our own reads and WebSockets', async () => {
  const own = 'crm.acme.test:81';
  expect(await hostsSeen('keep', [])).toEqual([`GET ${own}`, `GET ${own}`, `PUT ${own}`, `GET ${own}`]);
});

it('keep believes X-Forwarded-Host of a trusted proxy, and of nobody else', async () => {
  const said = ['X-Forwarded-Host: public.acme.test'];
  expect(new Set(await hostsSeen('keep', said, ['127.0.0.1']))).toEqual(
    new Set(['GET public.acme.test', 'PUT public.acme.test']),
  );
  expect(new Set(await hostsSeen('keep', said))).toEqual(
    new Set(['GET crm.acme.test:81', 'PUT crm.acme.test:81']),
  );
});

it('by default the CRM sees its own', async () => {
  const seen = await hostsSeen(undefined, []);
  expect(seen).toHaveLength(4);
  for (const host of seen) expect(host).toMatch(/ 127\.0\.0\.1:\d+$/);
});
