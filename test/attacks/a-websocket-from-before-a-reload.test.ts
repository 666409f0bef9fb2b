import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from '../upstream/stage.ts';

type Changes = Partial<ConfigInput>;

const SAVE = '{"op":"update","id":45,"status":"Delivered"}';

/** A WebSocket to a CRM that saves what it hears and says it again, and what it heard. */
async function openSocket(changes: Changes, path: string) {
  const scene = await stage(count, changes);
  let heard = '';
  scene.upstream.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    socket
      .on('error', () => undefined)
      .on('data', (piece: Buffer) => {
        heard += piece.toString();
        socket.write(piece);
      });
  });
  const client = await scene.open();
  const end = { isCut: false };
  let said = '';
  for (const event of ['end', 'close', 'error'])
    client.socket.on(event, () => {
      end.isCut = true;
    });
  client.socket.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  client.send(rawRequest(`GET ${path}`, ['Connection: Upgrade', 'Upgrade: websocket']));
  await until(() => said.includes('101 Switching Protocols'));
  return { ...scene, client, end, heard: () => heard, said: () => said };
}

const SHUT: readonly (readonly [string, Changes, Changes, string])[] = [
  ['nothing was enforced', { mode: 'shadow' }, {}, '/live'],
  ['the gate was off', { mode: 'off' }, {}, '/api/DeliveryNotes/45'],
  ['its path was listed', { websockets: ['/live'] }, {}, '/live'],
];

test.each(
  SHUT,
)('a WebSocket that was let through while %s carries no save once it would not be', async (_, before, after, path) => {
  const { client, end, heard, reload } = await openSocket(before, path);
  reload(after);
  await until(() => end.isCut);
  client.send(SAVE);
  expect(heard()).toBe('');
});

test.each<[string, Changes, Changes, string]>([
  [
    'that is listed still',
    { websockets: ['/live'] },
    { websockets: ['/live'], passthrough: ['/a'] },
    '/live?room=1',
  ],
  ['where nothing is enforced still', { mode: 'off' }, { mode: 'shadow' }, '/live'],
])('honest: a WebSocket %s goes on over a reload', async (_, before, after, path) => {
  const { client, end, said, reload } = await openSocket(before, path);
  reload(after);
  reload(after);
  client.send('ping');
  await until(() => said().endsWith('ping'));
  expect(end.isCut).toBe(false);
});
