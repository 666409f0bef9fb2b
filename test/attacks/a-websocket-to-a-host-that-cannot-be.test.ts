import { expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from '../upstream/stage.ts';

const OFFER = ['Connection: Upgrade', 'Upgrade: websocket'];

it.each(['//a:b/', '//[/', '//', '/\\a:b'])('ends at once, and holds nothing: %s', async (path) => {
  const { open, heads } = await stage(count, { mode: 'shadow' }, { timeout: '300ms' });
  const client = await open();
  client.send(rawRequest(`GET ${path}`, OFFER));
  let isOver = false;
  client.socket.once('close', () => {
    isOver = true;
  });
  client.socket.resume().once('end', () => client.close());
  await until(() => isOver);
  expect(heads).toEqual([]);
});

it('is passed on where it is only odd', async () => {
  const { open, upstream } = await stage(count, { mode: 'shadow' });
  const offered: string[] = [];
  upstream.on('upgrade', ({ url = '' }, socket) => {
    offered.push(url);
    socket.destroy();
  });
  for (const path of ['//a/b', '/a//b', '/a/../b']) {
    const client = await open();
    client.send(rawRequest(`GET ${path}`, OFFER));
    await client.answer();
  }
  expect(offered).toEqual(['//a/b', '/a//b', '/a/../b']);
});
