import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, refused, stage } from './stage.ts';

const chunked = '16\r\n{"status":"Delivered"}\r\n0\r\n\r\n';

describe('bodies that nobody promised to read are refused with 415', () => {
  it.each([
    ['no type', []],
    ['an empty type', ['Content-Type: ']],
    ['text', ['Content-Type: text/plain']],
    ['XML', ['Content-Type: application/xml']],
    ['another JSON', ['Content-Type: application/json-seq']],
    ['text/json', ['Content-Type: text/json-x']],
    ['two types', ['Content-Type: application/json, text/plain']],
    ['JSON called a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['half a type', ['Content-Type: json']],
    ['a type with a blank', ['Content-Type: application /json']],
    ['a parameter without a value', ['Content-Type: application/json; charset']],
    ['two charsets', ['Content-Type: application/json; charset=utf-8; charset=utf-16']],
    ['an unknown encoding', [JSON_TYPE, 'Content-Encoding: lzma']],
    ['two encodings', [JSON_TYPE, 'Content-Encoding: gzip, gzip']],
  ])('%s', async (_what, headers) => {
    const scene = await stage();
    const answer = await refused(scene, `PUT ${NOTE}`, headers, DELIVERED);
    expect(answer.status).toBe(415);
    expect(answer.headers['otprules-result']).toBe('request-unreadable');
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    'utf-16',
    'utf-7',
    'utf-32',
    'iso-8859-1',
    'windows-1252',
    'shift_jis',
    'x',
  ])('letters beyond ASCII in %s', async (charset) => {
    const scene = await stage();
    const body = Buffer.from('{"notes":"Jörg","status":"Delivered"}');
    const answer = await refused(scene, `PUT ${NOTE}`, [`${JSON_TYPE}; charset=${charset}`], body);
    expect(answer.status).toBe(415);
  });

  it('bytes that are not compressed as they say, or more than once', async () => {
    const scene = await stage();
    const twice = gzipSync(gzipSync(DELIVERED));
    for (const [encoding, body] of [
      ['gzip', DELIVERED],
      ['gzip', twice],
      ['br', gzipSync(DELIVERED)],
    ] as const) {
      const answer = await refused(scene, `PUT ${NOTE}`, [JSON_TYPE, `Content-Encoding: ${encoding}`], body);
      expect([400, 415]).toContain(answer.status);
    }
    expect((await refused(scene, `PUT ${NOTE}`, [JSON_TYPE], gzipSync(DELIVERED))).status).toBe(400);
  });

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset="UTF-8"',
  ])('but %s is read', async (type) => {
    const { crm, send } = await stage();
    expect((await send(`PUT ${NOTE}`, [`Content-Type: ${type}`], HARMLESS)).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
    expect((await send(`PUT ${NOTE}`, [`Content-Type: ${type}`], DELIVERED)).status).toBe(428);
    expect(crm.saves).toHaveLength(1);
  });
});

describe('heads that two servers could read differently are refused with 400', () => {
  it.each([
    ['two Hosts', ['Host: a.test', 'Host: b.test', JSON_TYPE]],
    ['two types', [JSON_TYPE, 'Content-Type: text/plain']],
    ['two equal types', [JSON_TYPE, JSON_TYPE]],
    ['a second type with _', [JSON_TYPE, 'Content_Type: text/plain']],
    ['the only type with _', ['Content_Type: application/json']],
    ['a length with _', [JSON_TYPE, 'Content_Length: 0']],
    ['two encodings', [JSON_TYPE, 'Content-Encoding: identity', 'Content-Encoding: gzip']],
    ['two authorizations', [JSON_TYPE, 'Authorization: Bearer a', 'Authorization: Bearer b']],
    ['a name with a blank', [JSON_TYPE, 'Content-Encoding : gzip']],
    ['a line without a colon', [JSON_TYPE, 'Content-Length 22']],
    ['a folded line', [JSON_TYPE, 'X-A: 1', ' Content-Encoding: gzip']],
    ['a NUL in a value', [JSON_TYPE, 'X-A: a\0b']],
    ['a bare CR', [JSON_TYPE, 'X-A: a\rContent-Encoding: gzip']],
    ['two lengths that differ', [JSON_TYPE, 'Content-Length: 2', 'Content-Length: 22']],
    ['two equal lengths', [JSON_TYPE, 'Content-Length: 22', 'Content-Length: 22']],
    ['a list of lengths', [JSON_TYPE, 'Content-Length: 22, 22']],
    ['an empty length', [JSON_TYPE, 'Content-Length: ']],
    ['a length with a sign', [JSON_TYPE, 'Content-Length: +22']],
    ['a hexadecimal length', [JSON_TYPE, 'Content-Length: 0x16']],
    ['a negative length', [JSON_TYPE, 'Content-Length: -1']],
  ])('%s', async (_what, headers) => {
    const scene = await stage();
    const answer = await refused(scene, `PUT ${NOTE}`, headers, DELIVERED);
    expect(answer.status).toBe(400);
    expect(scene.crm.received).toEqual([]);
  });

  it.each([
    ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 22']],
    ['chunks with _ and a length', ['Transfer_Encoding: chunked', 'Content-Length: 22']],
    ['chunks, not last', ['Transfer-Encoding: chunked, identity']],
    ['chunks behind another coding', ['Transfer-Encoding: gzip, chunked']],
    ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']],
    ['chunks in a list', ['Transfer-Encoding: chunked, chunked']],
    ['an unknown coding', ['Transfer-Encoding: xchunked']],
    ['chunks with a control character', ['Transfer-Encoding: \x0bchunked']],
    ['a quoted coding', ['Transfer-Encoding: "chunked"']],
  ])('%s', async (_what, headers) => {
    const scene = await stage();
    expect((await refused(scene, `PUT ${NOTE}`, [JSON_TYPE, ...headers], chunked)).status).toBe(400);
  });

  it.each([
    ['a size that is no number', 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a bare LF behind the size', '16\n{"status":"Delivered"}\r\n0\r\n\r\n'],
    ['a size that is too large', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\n{}\r\n0\r\n\r\n'],
    ['more than the size says', '2\r\n{"status":"Delivered"}\r\n0\r\n\r\n'],
  ])('chunks with %s', async (_what, body) => {
    const scene = await stage();
    const headers = [JSON_TYPE, 'Transfer-Encoding: chunked'];
    expect((await refused(scene, `PUT ${NOTE}`, headers, body)).status).toBe(400);
  });

  it.each(['fields', 'a code'])('a length with %s that it does not cover belongs to nobody', async () => {
    const scene = await stage();
    const answer = await refused(scene, `PUT ${NOTE}`, [JSON_TYPE, 'Content-Length: 2'], DELIVERED);
    expect([400, 200, 415]).toContain(answer.status);
  });
});
