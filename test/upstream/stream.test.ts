import { randomBytes } from 'node:crypto';
import { METHODS } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { count, digestOf, echo, rawValues, stage } from './stage.ts';

const quiet = METHODS.filter((method) => !['CONNECT', 'HEAD'].includes(method));

describe('unguarded bodies arrive byte for byte', () => {
  it.each([0, 1, 16_383, 65_536, 3_000_000])('%i bytes with a length, and back', async (size) => {
    const { url } = await stage(echo);
    const bytes = randomBytes(size);
    const answer = await fetch(`${url}/files`, { method: 'POST', body: bytes });
    expect(digestOf(new Uint8Array(await answer.arrayBuffer()))).toBe(digestOf(bytes));
  });

  it.each(quiet)('%s, with a body in chunks', async (method) => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(
      rawRequest(
        `${method} /files?a=1`,
        ['Transfer-Encoding: chunked'],
        '3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n',
      ),
    );
    expect((await client.answer()).body).toBe(digestOf(Buffer.from('abcde')));
    expect(heads.map(({ method: seen, url }) => [seen, url])).toEqual([[method, '/files?a=1']]);
  });

  it.each(['GET', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s, with a body and its length', async (method) => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(rawRequest(`${method} /files`, [], 'abcde'));
    expect((await client.answer()).body).toBe(digestOf(Buffer.from('abcde')));
    expect(heads.map((head) => rawValues(head, 'content-length'))).toEqual([['5']]);
  });

  it('compressed ones stay compressed both ways', async () => {
    const packed = gzipSync('the same words, the same words');
    const { open, heads } = await stage((request, response) => {
      response.setHeader('content-encoding', 'gzip');
      echo(request, response);
    });
    const client = await open();
    client.send(rawRequest('POST /files', ['Content-Encoding: gzip', 'Connection: close'], packed));
    let bytes = Buffer.alloc(0);
    for await (const piece of client.socket) bytes = Buffer.concat([bytes, piece]);
    expect(bytes.includes(packed)).toBe(true);
    expect(heads.map((head) => rawValues(head, 'content-encoding'))).toEqual([['gzip']]);
  });

  it('HEAD, 204 and 304 have no body, and keep their headers', async () => {
    const { open } = await stage((request, response) => {
      const status = Number(request.url?.slice(1)) || 200;
      response.writeHead(status, { 'x-kept': 'yes', ...(status === 200 ? { 'content-length': 5 } : {}) });
      response.end(status === 200 ? 'abcde' : undefined);
    });
    const client = await open();
    for (const [line, status] of [
      ['GET /204', 204],
      ['GET /304', 304],
    ] as const) {
      client.send(rawRequest(line));
      expect(await client.answer()).toMatchObject({ status, body: '', headers: { 'x-kept': 'yes' } });
    }
    client.send(rawRequest('HEAD /', ['Connection: close']));
    expect(await client.answer()).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '5' },
    });
  });
});

describe('unguarded traffic is streamed', () => {
  it('each event of an event stream arrives before the next one is sent', async () => {
    const sent: (() => void)[] = [];
    const { url } = await stage((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      sent.push(
        () => void response.write('data: one\n\n'),
        () => void response.write('data: two\n\n'),
        () => void response.end(),
      );
    });
    const answer = await fetch(`${url}/events`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    sent[0]?.();
    expect((await reader?.read())?.value).toBe('data: one\n\n');
    sent[1]?.();
    expect((await reader?.read())?.value).toBe('data: two\n\n');
    sent[2]?.();
    expect((await reader?.read())?.done).toBe(true);
  });

  it('the first piece of a body arrives before the second is sent, and the answer can come before the end', async () => {
    const { open } = await stage((request, response) => {
      request.once('data', (piece) => response.end(`first: ${piece}`));
    });
    const client = await open();
    client.send(rawRequest('POST /files', ['Transfer-Encoding: chunked'], '3\r\nabc\r\n'));
    expect(await client.answer()).toMatchObject({ status: 200, body: 'first: abc', whole: true });
  });

  it('several Set-Cookie stay several, and a status keeps its words', async () => {
    const { open } = await stage((_request, response) => {
      response.writeHead(
        299,
        'Odd But True',
        [
          ['Set-Cookie', 'a=1; Path=/'],
          ['Set-Cookie', 'b=2'],
          ['X-Ä', 'é'],
        ]
          .flat()
          .map((text) => text.replace('Ä', 'A')),
      );
      response.end();
    });
    const client = await open();
    client.send(rawRequest('GET /', ['Connection: close']));
    let text = '';
    for await (const piece of client.socket) text += piece.toString('latin1');
    expect(text).toMatch(/^HTTP\/1\.1 299 Odd But True\r\n/);
    expect(text.match(/^set-cookie: .*$/gim)).toEqual(['Set-Cookie: a=1; Path=/', 'Set-Cookie: b=2']);
    expect(text).toContain('X-A: é\r\n');
  });
});
