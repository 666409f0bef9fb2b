import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it, onTestFinished } from 'vitest';
import { countersign } from '../../src/gateway/middleware.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openRaw, rawRequest, sendRaw } from '../harness/raw.ts';

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

it.each([
  ['with a length', ['Content-Length: 10'], 'abc'],
  ['in chunks', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'],
] as const)('no upload %s is begun at the CRM that nobody will end', async (_how, headers, begun) => {
  const heads: string[] = [];
  const crm = createServer((request, response) => {
    heads.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end('{}'));
  });
  const url = `http://127.0.0.1:${await listen(crm)}`;
  const middleware = countersign(gatewayOptions(url, { unmappedWrites: 'forward' }));
  onTestFinished(middleware.close);
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  // Middleware that asks something first, as a session asks its store, takes time.
  const app = express().use(async (request, response, next) => {
    if (request.method === 'POST') {
      client.close();
      await once(response, 'close');
      setImmediate(leave);
    }
    next();
  }, middleware);
  const port = await listen(createServer(app));
  const client = await openRaw(port);
  client.send(rawRequest('POST /files', headers, begun));
  await left;
  expect((await sendRaw(port, rawRequest('GET /next'))).status).toBe(200);
  expect(heads).toEqual(['GET /next']);
});
