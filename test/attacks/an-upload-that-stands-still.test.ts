import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PATIENCE } from '../harness/delivery.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, digestOf, stage } from '../upstream/stage.ts';

/** Than `PATIENCE`. */
const LONGER_MS = 2500;

it.each([
  ['with a length', ['Content-Length: 10'], 'abc'],
  ['in chunks', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'],
] as const)('holds a connection to the CRM no longer than the CRM may take to answer: %s', async (_how, headers, begun) => {
  const over: string[] = [];
  const { open, heads, upstream } = await stage(count, {}, { timeout: PATIENCE });
  upstream.on('request', ({ url = '', socket }) => socket.once('close', () => over.push(url)));
  const client = await open();
  client.send(rawRequest('POST /files', headers, begun));
  expect((await client.answer()).status).toBe(504);
  await until(() => over.length === 1);
  expect(heads.map(({ url, complete }) => [url, complete])).toEqual([['/files', false]]);
});

it('an upload that goes on slowly is none', async () => {
  const { open } = await stage(count, {}, { timeout: '3s' });
  const client = await open();
  client.send(rawRequest('POST /slow', ['Content-Length: 6']));
  for (const letter of 'abcdef') {
    await pause(600);
    client.send(letter);
  }
  expect(await client.answer()).toMatchObject({ status: 200, body: digestOf(Buffer.from('abcdef')) });
});

it('nor is one whose answer has begun', async () => {
  const { open } = await stage(
    (request, response) => {
      response.flushHeaders();
      count(request, response);
    },
    {},
    { timeout: PATIENCE },
  );
  const client = await open();
  client.send(rawRequest('POST /talk', ['Content-Length: 6'], 'abc'));
  await once(client.socket, 'data');
  await pause(LONGER_MS);
  client.send('def');
  expect(await client.answer()).toMatchObject({ status: 200, body: digestOf(Buffer.from('abcdef')) });
});
