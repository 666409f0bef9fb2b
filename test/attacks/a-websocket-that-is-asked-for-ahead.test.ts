import { expect, test } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { stage } from '../upstream/stage.ts';

/*
 * A client asks for a WebSocket behind a request that is not answered yet. It overtook what was held, and the answer to that stood among
 * the frames.
 */

const OFFER = rawRequest('GET /live', ['Connection: Upgrade', 'Upgrade: websocket']);

/** A CRM that answers in its own time, and takes WebSockets at once. */
async function openHeld() {
  const goOn = Promise.withResolvers<void>();
  const scene = await stage(
    (_request, response) => {
      void goOn.promise.then(() => response.end('done'));
    },
    { websockets: ['/live'] },
  );
  let offers = 0;
  scene.upstream.on('upgrade', (_request, socket) => {
    offers++;
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  });
  const client = await scene.open();
  return { ...scene, client, goOn: goOn.resolve, offers: () => offers };
}

test('it is none until what came before it is answered: the answers come in their order, and no WebSocket arrives', async () => {
  const { client, heads, goOn, offers } = await openHeld();
  client.send(Buffer.concat([rawRequest('GET /slow'), OFFER]));
  await until(() => heads.length > 0);
  goOn();
  expect(await client.answer()).toMatchObject({ status: 200, body: 'done' });
  const refusal = await client.answer();
  expect(refusal.status).toBe(426);
  expect(refusal.body.toString()).toContain('on which no earlier request waits for its answer');
  expect([heads.map(({ url }) => url), offers()]).toEqual([['/slow'], 0]);
});

test('honest: behind an answer it is one, on the same connection', async () => {
  const { client, goOn, offers } = await openHeld();
  goOn();
  client.send(rawRequest('GET /slow'));
  expect((await client.answer()).status).toBe(200);
  let said = '';
  client.socket.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  client.send(OFFER);
  await until(() => said.includes('101 Switching Protocols'));
  expect(offers()).toBe(1);
});
