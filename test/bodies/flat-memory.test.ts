import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { NOTE } from './stage.ts';

const PIECE = Buffer.alloc(1 << 20, 'photo ');
const PIECES = 192;
/** Growth of the process that holds client, gateway and CRM, while it moves four times as much. */
const ALLOWED_BYTES = 48 << 20;
const HEAD = '--B\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n';

/** A CRM that counts what it is sent and keeps nothing of it. */
async function openCounter(): Promise<{ readonly url: string; readonly sizes: readonly number[] }> {
  const sizes: number[] = [];
  const server = createServer(async (incoming, response) => {
    let size = 0;
    for await (const piece of incoming) size += (piece as Buffer).length;
    sizes.push(size);
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sizes };
}

async function upload(url: string, pieces: number): Promise<number | undefined> {
  const headers = { 'content-type': 'multipart/form-data; boundary=B' };
  const outgoing = request(url + NOTE, { method: 'POST', agent: false, headers });
  const answered = once(outgoing, 'response');
  outgoing.write(HEAD);
  for (let sent = 0; sent < pieces; sent++) if (!outgoing.write(PIECE)) await once(outgoing, 'drain');
  outgoing.end('\r\n--B--\r\n');
  const [answer] = await answered;
  await answer.resume().toArray();
  return answer.statusCode;
}

it('a file of hundreds of megabytes goes up with flat memory', async () => {
  const { url: upstreamUrl, sizes } = await openCounter();
  const gateway = createTestGateway(deliveryOptions(upstreamUrl, { body: { upload: '256MiB' } }));
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  expect(await upload(url, 16)).toBe(200);
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  const status = await upload(url, PIECES);
  clearInterval(timer);
  expect(status).toBe(200);
  expect(sizes[1]).toBeGreaterThan(PIECES * PIECE.length);
  expect(most - before).toBeLessThan(ALLOWED_BYTES);
});
