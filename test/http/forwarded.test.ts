import { describe, expect, it } from 'vitest';
import type { TestOptions } from '../../src/testing.ts';
import { rawRequest } from '../harness/raw.ts';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, stage, valuesOf } from './stage.ts';

const chunked = (body: string) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`;

const NESTING: TestOptions['modules'] = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['a'] },
};

describe('the body of a guarded save that reaches the CRM', () => {
  it.each([
    ['numbers as they were written', '{"a":12345678901234567890,"b":1.10,"c":1E+2,"d":-0.0}', undefined],
    ['members in their order', '{"z":1,"a":{"c":1,"b":2},"10":1,"9":2}', undefined],
    ['unicode', '{"notes":"Gelöst – 配送完了 🚚"}', undefined],
    ['escapes undone', '{"notes":"\\u0047el\\u00f6st \\/ \\ud83d\\ude9a"}', '{"notes":"Gelöst / 🚚"}'],
    ['names that every object has', '{"constructor":"a","toString":"b","length":3}', undefined],
    ['no blanks and no BOM', '\ufeff { "a" : [ 1 , 2 ] } ', '{"a":[1,2]}'],
    ['nothing at all', '{}', undefined],
  ])('has %s', async (_what, sent, arrives) => {
    const { crm, send } = await stage({ modules: NESTING });
    const answer = await send(`PUT ${NOTE}`, [JSON_TYPE], sent);
    expect(answer.status).toBe(200);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual([arrives ?? sent]);
  });

  it('has no code in any spelling, from the body or from a header', async () => {
    const { crm, send, codeFor } = await stage();
    const code = await codeFor(DELIVERED);
    const fields = `"OTPRULES_OTP_7":"${code}","otprules.otp-7":"${code}","OTPRULES_OTP_Other":"${code}"`;
    const answer = await send(`PUT ${NOTE}`, [JSON_TYPE], `{"status":"Delivered",${fields}}`);
    expect(answer).toMatchObject({ status: 200, headers: { 'otprules-code': 'used' } });
    expect(crm.saves.map(({ body }) => body.toString())).toEqual([DELIVERED]);
  });
});

describe('the head of a guarded save that reaches the CRM', () => {
  const gone = [
    'Expect: 100-continue',
    'Trailer: X-Sum',
    'TE: trailers',
    'Connection: close, X-Hop',
    'X-Hop: 1',
    'Keep-Alive: timeout=5',
    'Upgrade: h2c',
    'X-HTTP-Method-Override: PUT',
    'X-Http-Method: PUT',
    'X_Method_Override: PUT',
    'X-Forwarded-For: 6.6.6.6',
    'X-Forwarded-Host: evil.test',
    'X-Original-URL: /api/Contacts/1',
    'X-Rewrite-URL: /api/Contacts/1',
    'X-Request-Id: theirs',
    'Content-MD5: x',
    'Digest: sha-256=x',
    'OTPRULES-OTP-8: 222222',
    'OTPRULES_OTP_9: 222222',
    'Otprules-Otp.9: 222222',
    'OTPRULES-OTP: 9=222222',
  ];
  const kept = [
    'Authorization: Bearer t0ken',
    'Cookie: PHPSESSID=abc; x=1',
    'X-Custom: one',
    'X-Custom: two',
    'Accept-Language: de',
    'If-Match: "v3"',
    'User-Agent: scanner/1.0',
  ];

  it.each([
    ['with a length', [], HARMLESS],
    ['in chunks', ['Transfer-Encoding: chunked'], chunked(HARMLESS)],
    [
      'in chunks with a trailer',
      ['Transfer-Encoding: chunked'],
      `${chunked(HARMLESS).slice(0, -2)}X-Sum: 1\r\n\r\n`,
    ],
  ])('sent %s is framed by its length, without what is ours to say, with all that is the client’s', async (_how, framing, body) => {
    const { crm, send } = await stage();
    crm.answerWith((_received, response) => void response.end('{}'));
    const answer = await send(`PATCH ${NOTE}?a=1&a=%20b`, [JSON_TYPE, ...framing, ...gone, ...kept], body);
    expect(answer.status).toBe(200);
    const [save] = crm.saves;
    if (!save) throw new Error('nothing arrived');
    expect(save.path).toBe(`${NOTE}?a=1&a=%20b`);
    expect(save.body.toString()).toBe(HARMLESS);
    expect(valuesOf(save, 'content-length')).toEqual([String(HARMLESS.length)]);
    expect(valuesOf(save, 'content-type')).toEqual(['application/json']);
    expect(valuesOf(save, 'host')).toEqual([`127.0.0.1:${crm.port}`]);
    expect(valuesOf(save, 'x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(valuesOf(save, 'x-custom')).toEqual(['one', 'two']);
    const names = save.headers.map(([name]) => name.toLowerCase());
    for (const header of gone) {
      const [name = '', value = ''] = header.split(': ');
      if (!name.startsWith('X-Forwarded') && name !== 'X-Request-Id' && name !== 'Connection')
        expect(names).not.toContain(name.toLowerCase());
      expect(save.headers.map(([, other]) => other)).not.toContain(value);
    }
    for (const header of kept) {
      const [name = '', value = ''] = header.split(': ');
      expect(valuesOf(save, name.toLowerCase())).toContain(value);
    }
    expect(names.some((name) => name.startsWith('otprules'))).toBe(false);
    expect(names).not.toContain('transfer-encoding');
  });

  describe('where the module wants the version', () => {
    const modules = {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', ifMatch: true },
    } as const;

    it.each([
      ['nothing', []],
      ['this version', ['If-Match: "45-1"']],
      ['this version among others', ['If-Match: "x,y", "45-1"']],
      ['any', ['If-Match: *']],
    ])('names the one that was judged, when the client names %s', async (_what, condition) => {
      const { crm, send, codeFor } = await stage({ modules });
      const headers = [JSON_TYPE, `OTPRULES-OTP-7: ${await codeFor(DELIVERED)}`, ...condition];
      expect((await send(`PUT ${NOTE}`, headers, DELIVERED)).status).toBe(200);
      expect(crm.saves.map((save) => valuesOf(save, 'if-match'))).toEqual([['"45-1"']]);
    });

    it.each([
      '"45-0"',
      '"45-2"',
      'W/"45-1"',
      '"x","y"',
      '45-1',
    ])('is not sent when the client means %s, and its code is kept', async (meant) => {
      const { crm, send, codeFor } = await stage({ modules });
      const code = `OTPRULES-OTP-7: ${await codeFor(DELIVERED)}`;
      const answer = await send(`PUT ${NOTE}`, [JSON_TYPE, code, `If-Match: ${meant}`], DELIVERED);
      expect(answer).toMatchObject({ status: 412, headers: { 'otprules-code': 'kept' } });
      expect(crm.saves).toEqual([]);
      expect((await send(`PUT ${NOTE}`, [JSON_TYPE, code], DELIVERED)).status).toBe(200);
    });
  });

  it('a deletion has no body, and a read has none either', async () => {
    const { crm, send } = await stage();
    expect((await send(`GET ${NOTE}`, [JSON_TYPE], DELIVERED)).status).toBe(200);
    expect((await send(`DELETE ${NOTE}`, [JSON_TYPE], DELIVERED)).status).toBe(204);
    expect(crm.received.map(({ body }) => body.length)).toEqual(crm.received.map(() => 0));
    expect(crm.records.has('45')).toBe(false);
  });

  it('two pipelined saves arrive one by one', async () => {
    const { crm, open } = await stage();
    const client = await open();
    const one = rawRequest(`PUT ${NOTE}`, [JSON_TYPE], '{"a":1}');
    client.send(Buffer.concat([one, rawRequest(`PUT ${NOTE}`, [JSON_TYPE], '{"a":2}')]));
    expect((await client.answer()).status).toBe(200);
    expect((await client.answer()).status).toBe(200);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"a":1}', '{"a":2}']);
  });
});

describe('the answer to a guarded save', () => {
  it('passes untouched, with several Set-Cookie and bytes beyond ASCII in a header', async () => {
    const { crm, open } = await stage();
    const client = await open();
    crm.answerWith((_received, response) => {
      response.writeHead(207, 'Odd', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Name', 'J\u00c3\u00b6rg']);
      // As bytes: Node writes the head of an answer that begins with a text in that text's encoding.
      response.end(Buffer.from('any bytes'));
    });
    client.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Connection: close'], HARMLESS));
    let text = '';
    for await (const piece of client.socket) text += piece.toString('latin1');
    expect(text).toMatch(/^HTTP\/1\.1 207 /);
    expect(text.match(/^set-cookie: .*$/gim)).toEqual(['Set-Cookie: a=1', 'Set-Cookie: b=2']);
    expect(text).toContain('X-Name: J\u00c3\u00b6rg\r\n');
    expect(text).toContain('any bytes');
  });
});
