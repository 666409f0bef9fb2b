import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { count, digestOf, namesOf, rawValues, stage } from './stage.ts';

const HOP_BY_HOP = [
  'Keep-Alive: timeout=5',
  'Proxy-Connection: keep-alive',
  'Proxy-Authorization: Basic eDp5',
  'TE: trailers',
  'Trailer: X-Sum',
  'Upgrade: h2c',
  'HTTP2-Settings: AAMAAABk',
];
const CODES = [
  'OTPRULES-OTP-7: 111111',
  'OTPRULES-OTP: 7=111111',
  'OTPRULES_OTP_7: 111111',
  'Otprules-Otp.7: 111111',
  'oTpRuLeS~OTP-Delivery: 111111',
  'OTPRULES-Result: verified',
];
const ELSEWHERE = ['X-Original-URL: /x', 'X-Rewrite-URL: /x', 'X_Original_URL: /x', 'X-Forwarded-Prefix: /x'];

describe('headers to the CRM', () => {
  it('those for this hop only, those that Connection names, codes and other paths stay here', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    const headers = ['Connection: close, X-Hop, x_other', 'X-Hop: 1', 'X-Other: 1', 'X-Kept: 1'];
    client.send(rawRequest('POST /files', [...headers, ...HOP_BY_HOP, ...CODES, ...ELSEWHERE], 'abc'));
    expect(await client.answer()).toMatchObject({ status: 200, body: digestOf(Buffer.from('abc')) });
    const names = heads.flatMap(namesOf).filter((name) => !name.startsWith('x-forwarded-'));
    expect(names.sort()).toEqual(['connection', 'content-length', 'host', 'x-kept', 'x-request-id']);
  });

  it.each([
    'content-length',
    'Content_Length',
    'host',
    'x-forwarded-for, x-request-id',
  ])('a client that lists %s in Connection changes nothing in what is ours', async (listed) => {
    const { open, heads, upstream } = await stage(count);
    const client = await open();
    client.send(rawRequest('GET /files', [`Connection: ${listed}`], 'PUT /x HTTP/1.1\r\nHost: x\r\n\r\n'));
    expect((await client.answer()).status).toBe(200);
    client.send(rawRequest('GET /next', []));
    expect((await client.answer()).status).toBe(200);
    expect(heads.map(({ url }) => url)).toEqual(['/files', '/next']);
    const address = upstream.address();
    const host = typeof address === 'object' ? `127.0.0.1:${address?.port}` : '';
    for (const head of heads) {
      expect(rawValues(head, 'host')).toEqual([host]);
      expect(rawValues(head, 'x-forwarded-for')).toEqual(['127.0.0.1']);
      expect(rawValues(head, 'x-request-id')).toHaveLength(1);
    }
  });

  it('a header may have the name of a member that every object has', async () => {
    const { open, heads } = await stage((_request, response) => {
      response.setHeader('toString', 'back').end();
    });
    const client = await open();
    client.send(rawRequest('GET /', ['constructor: a', 'toString: b', '__proto__: c', 'hasOwnProperty: d']));
    expect(await client.answer()).toMatchObject({ status: 200, headers: { tostring: 'back' } });
    for (const [name, value] of [
      ['constructor', 'a'],
      ['tostring', 'b'],
      ['hasownproperty', 'd'],
    ] as const)
      expect(heads.flatMap((head) => rawValues(head, name))).toEqual([value]);
  });

  it('repeated headers stay apart', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(rawRequest('GET /', ['X-Twice: 1', 'X-Twice: 2', 'Via: 1.1 a', 'Via: 1.1 b']));
    await client.answer();
    expect(heads.map((head) => rawValues(head, 'x-twice'))).toEqual([['1', '2']]);
  });
});

describe('what is said of where a request came from', () => {
  const claims = [
    'X-Forwarded-For: 6.6.6.6',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil.test',
    'X-Request-Id: theirs',
    'Forwarded: for=6.6.6.6',
    'X-Real-IP: 6.6.6.6',
    'X_Forwarded_For: 6.6.6.6',
  ];

  it('is ours, whatever a client claims', async () => {
    const { open, heads } = await stage(count);
    const client = await open();
    client.send(rawRequest('GET /', ['Host: shop.test', ...claims]));
    await client.answer();
    const [head] = heads;
    if (!head) throw new Error('nothing arrived');
    expect(head.rawHeaders.join('\n')).not.toMatch(/6\.6\.6\.6|evil|theirs/);
    expect(rawValues(head, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(rawValues(head, 'x-forwarded-proto')).toEqual(['http']);
    expect(rawValues(head, 'x-forwarded-host')).toEqual(['shop.test']);
  });

  it('is believed of a trusted proxy, and continued', async () => {
    const { open, heads } = await stage(count, { trustedProxies: ['127.0.0.0/8'] });
    const client = await open();
    client.send(rawRequest('GET /', ['Host: inner.test', ...claims]));
    await client.answer();
    const [head] = heads;
    if (!head) throw new Error('nothing arrived');
    expect(rawValues(head, 'x-forwarded-for')).toEqual(['6.6.6.6, 127.0.0.1']);
    expect(rawValues(head, 'x-forwarded-proto')).toEqual(['https']);
    expect(rawValues(head, 'x-forwarded-host')).toEqual(['evil.test']);
    expect(rawValues(head, 'x-request-id')).toEqual(['theirs']);
    expect(namesOf(head)).not.toContain('forwarded');
  });
});

describe('headers to the client', () => {
  it('those for this hop only, those that Connection names and those in our name stay here', async () => {
    const { url } = await stage((_request, response) => {
      response.setHeader('Connection', 'keep-alive, X-Hop');
      response.setHeader('X-Hop', '1');
      response.setHeader('X-Kept', '1');
      response.setHeader('Proxy-Authenticate', 'Basic');
      response.setHeader('Keep-Alive', 'timeout=99');
      response.setHeader('OTPRULES-Result', 'verified');
      response.setHeader('OTPRULES-Code', 'used');
      response.end('ok');
    });
    const { promise, resolve } = Promise.withResolvers<NodeJS.Dict<string | string[]>>();
    request(`${url}/x`, { agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.headers));
    }).end();
    const headers = await promise;
    expect(headers).toMatchObject({ 'x-kept': '1', 'content-length': '2' });
    for (const name of ['x-hop', 'proxy-authenticate', 'otprules-result', 'otprules-code'])
      expect(headers).not.toHaveProperty(name);
    expect(headers['keep-alive']).not.toBe('timeout=99');
  });
});
