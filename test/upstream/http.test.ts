import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { count, digestOf, rawValues, stage } from './stage.ts';

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

  it('a websocket is passed on where it is listed, both ways, and nowhere else', async () => {
    const { open, heads, upstream } = await stage(count, { websockets: ['/live/*'] });
    const offered: IncomingMessage[] = [];
    upstream.on('upgrade', (request, socket) => {
      offered.push(request);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.pipe(socket);
    });
    const offer = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'X-Forwarded-For: 6.6.6.6',
      'OTPRULES-OTP-7: 123456',
    ];
    for (const target of ['/live', '/live/a/b', '//live/a', '/api/DeliveryNotes/45']) {
      const client = await open();
      client.send(rawRequest(`GET ${target}`, offer));
      expect([target, (await client.answer()).status]).toEqual([target, 426]);
    }
    const client = await open();
    client.send(rawRequest('GET /live/a?b=c', offer));
    let received = '';
    client.socket.on('data', (piece: Buffer) => {
      received += piece.toString();
    });
    await until(() => received.includes('101 Switching Protocols'));
    client.send('ping');
    await until(() => received.endsWith('ping'));
    expect(heads).toEqual([]);
    const [head, ...others] = offered as [IncomingMessage, ...IncomingMessage[]];
    expect(others).toEqual([]);
    expect(head.url).toBe('/live/a?b=c');
    expect(rawValues(head, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(rawValues(head, 'otprules-otp-7')).toEqual([]);
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
