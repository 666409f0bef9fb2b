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
    expect(text.match(/^set-cookie: .*$/gim)).toEqual(['set-cookie: a=1; Path=/', 'set-cookie: b=2']);
    expect(text).toContain('x-a: é\r\n');
  });
});

describe('ways of speaking HTTP', () => {
  it('HTTP/1.0 gets its answer without chunks, and the end of the connection', async () => {
    const { open } = await stage((_request, response) => {
      response.write('in ');
      response.end('pieces');
    });
    const client = await open();
    client.send('GET /old HTTP/1.0\r\n\r\n');
    const answer = await client.answer();
    expect(answer).toMatchObject({ status: 200, body: 'in pieces', whole: true });
    expect(answer.headers).not.toHaveProperty('transfer-encoding');
  });

  it('a kept connection carries one request after the other, and pipelined ones in their order', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    for (const path of ['/1', '/2']) {
      client.send(rawRequest(`POST ${path}`, [], path));
      expect((await client.answer()).body).toBe(digestOf(Buffer.from(path)));
    }
    client.send(Buffer.concat(['/3', '/4', '/5'].map((path) => rawRequest(`PUT ${path}`, [], path))));
    for (const path of ['/3', '/4', '/5'])
      expect((await client.answer()).body).toBe(digestOf(Buffer.from(path)));
    expect(heads.map(({ url }) => url)).toEqual(['/1', '/2', '/3', '/4', '/5']);
  });

  it('a client that closed its half still gets its answer', async () => {
    const { promise: mayAnswer, resolve: answerNow } = Promise.withResolvers<void>();
    const { open } = await stage(async (_request, response) => {
      await mayAnswer;
      response.end('late');
    });
    const client = await open();
    client.send(rawRequest('GET /slow'));
    client.finish();
    setTimeout(answerNow, 100);
    expect(await client.answer()).toMatchObject({ status: 200, body: 'late' });
  });

  it('Expect: 100-continue is answered, and not passed on', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send('POST /files HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n');
    const { promise: interim, resolve } = Promise.withResolvers<string>();
    client.socket.once('data', (piece) => resolve(piece.toString()));
    expect(await interim).toMatch(/^HTTP\/1\.1 100 Continue\r\n/);
    client.send('abc');
    expect((await client.answer()).body).toBe(digestOf(Buffer.from('abc')));
    expect(heads.map((head) => rawValues(head, 'expect'))).toEqual([[]]);
  });

  it('interim answers of the CRM do not end the exchange', async () => {
    const { open } = await stage((_request, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('final');
    });
    const client = await open();
    client.send(rawRequest('GET /'));
    expect(await client.answer()).toMatchObject({ status: 200, body: 'final' });
  });

  it('a Trailer header on a request without chunks harms nobody', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(rawRequest('POST /files', ['Trailer: X-Sum'], 'abc'));
    expect((await client.answer()).body).toBe(digestOf(Buffer.from('abc')));
    client.send(rawRequest('GET /again', ['Trailer: X-Sum']));
    expect(await client.answer()).toMatchObject({ status: 200 });
    expect(heads.flatMap((head) => rawValues(head, 'trailer'))).toEqual([]);
  });

  it('websocket upgrades are refused with 426, other offers are ignored', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(
      rawRequest('GET /chat', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']),
    );
    expect((await client.answer()).status).toBe(426);
    client.send(
      rawRequest(
        'POST /h2',
        ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'],
        'abc',
      ),
    );
    expect(await client.answer()).toMatchObject({ status: 200, body: digestOf(Buffer.from('abc')) });
    expect(heads.map(({ url }) => url)).toEqual(['/h2']);
    expect(heads.flatMap((head) => rawValues(head, 'upgrade'))).toEqual([]);
  });
});

describe('targets', () => {
  it('an address goes on as it was written', async () => {
    const { heads, open } = await stage(count);
    const client = await open();
    const path = '/a%2Fb/%C3%A9;v=1//x/./y?q=%20+&q=%zz&r[]=\'"|^';
    const long = `/${'x'.repeat(8000)}?${'y'.repeat(4000)}`;
    for (const target of [path, long, '//double', '/?', '/x?a?b#c']) {
      client.send(rawRequest(`GET ${target}`));
      expect((await client.answer()).status).toBe(200);
    }
    expect(heads.map(({ url }) => url)).toEqual([path, long, '//double', '/?', '/x?a?b#c']);
  });

  it('an address is below the base path of the CRM', async () => {
    const { heads, open } = await stage(count, {}, { base: '/crm/v2/' });
    const client = await open();
    for (const target of ['/x?y=1', '/?y', '//x', '/a/../b']) {
      client.send(rawRequest(`GET ${target}`));
      await client.answer();
    }
    expect(heads.map(({ url }) => url)).toEqual([
      '/crm/v2/x?y=1',
      '/crm/v2/?y',
      '/crm/v2//x',
      '/crm/v2/a/../b',
    ]);
  });

  it('an absolute one goes on as a path where it names our host, and nowhere else', async () => {
    const { heads, open } = await stage(count);
    const client = await open();
    client.send(rawRequest('GET http://crm.test/x?y', ['Host: crm.test']));
    expect((await client.answer()).status).toBe(200);
    for (const target of [
      'http://other.test/x',
      'https://crm.test:444/x',
      'ftp://crm.test/x',
      'http://crm.test@other.test/x',
    ]) {
      client.send(rawRequest(`GET ${target}`, ['Host: crm.test']));
      expect((await client.answer()).status).toBe(400);
    }
    expect(heads.map(({ url }) => url)).toEqual(['/x?y']);
  });

  it('OPTIONS * is answered with 400, CONNECT with the end of the connection', async () => {
    const { heads, open } = await stage(count);
    const client = await open();
    client.send(rawRequest('OPTIONS *'));
    expect((await client.answer()).status).toBe(400);
    client.send(rawRequest('CONNECT crm.test:80'));
    expect((await client.answer()).status).toBe(0);
    expect(heads).toEqual([]);
  });

  it('a head that is too large is refused with 431', async () => {
    const { heads, open } = await stage(count);
    const client = await open();
    client.send(rawRequest(`GET /${'x'.repeat(20_000)}`));
    expect((await client.answer()).status).toBe(431);
    expect(heads).toEqual([]);
  });
});
