import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PATIENCE } from '../harness/delivery.ts';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, stage } from './stage.ts';

/** What an answer must not tell of the inside. */
const INSIDE = /127\.0\.0\.1|localhost|ECONN|ENOTFOUND|\.ts\b|node:|stack|invalid/i;

/** Than `PATIENCE`. */
const LONGER_MS = 2500;

async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a CRM that fails', () => {
  it.each(['GET', 'POST'])('is 502 to a %s where nobody listens', async (method) => {
    const { url } = await stage(count, {}, { url: `http://127.0.0.1:${await deadPort()}` });
    const answer = await fetch(`${url}/files`, { method, ...(method === 'POST' ? { body: 'abc' } : {}) });
    const text = await answer.text();
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({ type: 'urn:countersign:problem:upstream-unavailable' });
    expect(text).not.toMatch(INSIDE);
  });

  it('is 502 where its name is unknown', async () => {
    const { url } = await stage(count, {}, { url: 'http://crm.invalid' });
    const answer = await fetch(`${url}/files`);
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toMatch(INSIDE);
  });

  it('is 502 where it cuts before an answer, and where the answer is no HTTP', async () => {
    const { url } = await stage((request, response) => {
      if (request.url === '/noise') response.socket?.write('this is not HTTP\r\n\r\n');
      response.socket?.destroySoon();
    });
    for (const path of ['/cut', '/noise']) {
      const answer = await fetch(url + path, { method: 'POST', body: 'abc' });
      expect(answer.status).toBe(502);
      expect(await answer.text()).not.toMatch(INSIDE);
    }
  });

  it('is 504 where it does not answer in time, and the request to it is given up', async () => {
    const gone: string[] = [];
    const { url } = await stage(
      (request, response) => void response.on('close', () => gone.push(request.url ?? '')),
      {},
      { timeout: PATIENCE },
    );
    const answer = await fetch(`${url}/slow`, { method: 'POST', body: 'abc' });
    expect(answer.status).toBe(504);
    expect(await answer.text()).not.toMatch(INSIDE);
    await until(() => gone.includes('/slow'));
  });

  it.each([
    ['with a length', { 'content-length': '1000' }],
    ['in chunks', {}],
  ])('is a cut for the client where the answer %s is cut', async (_how, headers) => {
    const { open } = await stage((_request, response) => {
      response.writeHead(200, headers);
      response.write('some of it', () => setTimeout(() => response.socket?.destroy(), 20));
    });
    const client = await open();
    client.send(rawRequest('GET /'));
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 200, whole: false });
    expect('some of it'.startsWith(answer.body)).toBe(true);
  });

  it('an answer may take its time between two pieces', async () => {
    const { url } = await stage(
      (_request, response) => {
        response.write('one ');
        setTimeout(() => response.end('two'), LONGER_MS);
      },
      {},
      { timeout: PATIENCE },
    );
    expect(await (await fetch(`${url}/events`)).text()).toBe('one two');
  });
});

describe('a caller that goes', () => {
  it('before the answer is logged with 499, and the request to the CRM is given up', async () => {
    const gone: string[] = [];
    const { open, lines, heads } = await stage((request, response) => {
      response.on('close', () => gone.push(request.url ?? ''));
    });
    const client = await open();
    client.send(rawRequest('GET /slow'));
    await until(() => heads.length === 1);
    client.socket.resetAndDestroy();
    await until(() => gone.length === 1);
    await until(() => lines.find(({ details }) => 'status' in details && details.status === 499));
  });

  it('during the answer is logged with 499, and the CRM is told with the next piece', async () => {
    const gone: string[] = [];
    const { open, lines } = await stage((request, response) => {
      const timer = setInterval(() => response.write('some of it'), 5);
      response.on('close', () => {
        clearInterval(timer);
        gone.push(request.url ?? '');
      });
    });
    const client = await open();
    client.send(rawRequest('GET /events'));
    await new Promise((resolve) => client.socket.once('data', resolve));
    client.close();
    await until(() => gone.length === 1);
    await until(() => lines.find(({ details }) => 'status' in details && details.status === 499));
  });

  it('during an upload is logged with 499, and the CRM gets no end of it', async () => {
    let ended = false;
    const { promise: cut, resolve } = Promise.withResolvers<void>();
    const { open, lines, heads } = await stage((request) => {
      request.on('end', () => {
        ended = true;
      });
      request.resume().on('error', () => resolve());
    });
    const client = await open();
    client.send(rawRequest('POST /files', ['Content-Length: 1000'], 'some of it'));
    await until(() => heads.length === 1);
    client.close();
    await cut;
    expect(ended).toBe(false);
    await until(() => lines.find(({ details }) => 'status' in details && details.status === 499));
  });
});
