import { describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage as upstreamStage } from '../upstream/stage.ts';
import { DELIVERED, JSON_TYPE, NOTE, stage } from './stage.ts';

describe('a write that nobody maps', () => {
  it.each([
    'POST /odata/$batch',
    'POST /odata/%24batch',
    'POST /graphql',
    'POST /jsonrpc',
    'POST /api/import',
    'POST /index.php',
    'POST /webservice.php',
    `GET /api?query=${encodeURIComponent('mutation { a }')}`,
  ])('%s is never proposed for opening', async (line) => {
    const scene = await stage();
    const answer = await scene.send(line, [JSON_TYPE], line.startsWith('GET') ? '' : DELIVERED);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('do not open it');
    expect(answer.body).not.toContain('add its path');
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    ['POST /api/Invoices', /make it a module\. Only where it can save nothing/],
    [`POST ${NOTE}/approve`, /No operation of DeliveryNotes says .* Only where it can save nothing/],
  ])('%s may be opened where it saves nothing', async (line, said) => {
    const scene = await stage();
    const answer = await scene.send(line, [JSON_TYPE], DELIVERED);
    expect(answer.body).toMatch(said);
  });
});

describe('a WebSocket that is not listed', () => {
  const OFFER = ['Connection: Upgrade', 'Upgrade: websocket'];

  it.each([
    'shadow',
    'off',
  ] as const)('passes in mode %s, and the log tells that it would have been refused', async (mode) => {
    const scene = await upstreamStage(count, { mode });
    scene.upstream.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.pipe(socket);
    });
    for (const path of ['/live?a=b', '/api/DeliveryNotes/45']) {
      const client = await scene.open();
      client.send(rawRequest(`GET ${path}`, OFFER));
      let received = '';
      client.socket.on('data', (piece: Buffer) => {
        received += piece.toString();
      });
      await until(() => received.includes('101 Switching Protocols'));
      client.send('ping');
      await until(() => received.endsWith('ping'));
    }
    const told = scene.lines.filter(({ details }) => 'would' in details);
    expect(told.map(({ details }) => details)).toMatchObject([
      { would: 'request-unreadable', verdict: 'pass', path: '/live' },
      { would: 'request-unreadable', verdict: 'pass', path: '/api/DeliveryNotes/*' },
    ]);
  });

  it('to the control API never passes', async () => {
    const scene = await upstreamStage(count, { mode: 'off' });
    const client = await scene.open();
    client.send(rawRequest('GET /_countersign/x', OFFER));
    expect((await client.answer()).status).toBe(426);
    expect(scene.heads).toEqual([]);
  });
});
