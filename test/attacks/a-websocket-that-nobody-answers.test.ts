import { expect, it } from 'vitest';
import { PATIENCE } from '../harness/delivery.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from '../upstream/stage.ts';

it.each([
  'that its client gave up',
  'that its client waits for',
])('leaves no connection to the CRM: one %s', async (how) => {
  const { open, upstream } = await stage(count, { websockets: ['/live'] }, { timeout: PATIENCE });
  const offered: string[] = [];
  const over: string[] = [];
  upstream.on('upgrade', ({ url = '' }, socket) => {
    offered.push(url);
    const end = () => void over.push(url);
    socket.resume().on('end', end).on('error', end);
  });
  const client = await open();
  client.send(rawRequest('GET /live', ['Connection: Upgrade', 'Upgrade: websocket']));
  await until(() => offered.length === 1);
  if (how === 'that its client gave up') client.close();
  else expect((await client.answer()).status).toBe(0);
  await until(() => over.length === 1);
});
