import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FORM, field, headerOf, JSON_TYPE, multipart, openBench } from './stage.ts';

const SIGNED = '{ "notes" : "\u00fc",\n  "n": 1.10 }';

function signaturesOf(body: string) {
  return {
    'content-md5': createHash('md5').update(body).digest('base64'),
    digest: `SHA-256=${createHash('sha256').update(body).digest('base64')}`,
  };
}

describe('for a CRM that checks signatures, a module is verbatim', () => {
  it('the bytes arrive as they were signed, with the headers that sign them', async () => {
    const bench = await openBench({ verbatim: true });
    const headers = signaturesOf(SIGNED);
    expect(await bench.send('application/json; charset=utf-8', SIGNED, { headers })).toMatchObject({
      status: 200,
    });
    const [save] = bench.crm.saves;
    expect(save?.body.toString()).toBe(SIGNED);
    expect(save && headerOf(save, 'content-md5')).toBe(headers['content-md5']);
    expect(save && headerOf(save, 'digest')).toBe(headers.digest);
    expect(save && headerOf(save, 'content-type')).toBe('application/json; charset=utf-8');
  });

  it('and elsewhere, where the body is written anew, those headers are not sent on', async () => {
    const bench = await openBench();
    await bench.send(JSON_TYPE, SIGNED, { headers: signaturesOf(SIGNED) });
    const [save] = bench.crm.saves;
    expect(save?.body.toString()).toBe('{"notes":"ü","n":1.10}');
    expect(save && headerOf(save, 'content-md5')).toBeUndefined();
    expect(save && headerOf(save, 'digest')).toBeUndefined();
  });

  it('the code stands in a header', async () => {
    const bench = await openBench({ verbatim: true });
    const body = '{ "status": "Delivered" }';
    expect(await bench.send(JSON_TYPE, body)).toMatchObject({ status: 428 });
    const headers = { ...signaturesOf(body), 'OTPRULES-OTP-7': bench.code() };
    expect(await bench.send(JSON_TYPE, body, { headers })).toMatchObject({ status: 200, code: 'used' });
    expect(bench.arrived().body).toBe(body);
    expect(bench.crm.saves[0]?.headers.some(([name]) => /otp/i.test(name))).toBe(false);
  });
});

describe('what cannot be sent as it is is refused', () => {
  it.each([
    ['a code in the body', JSON_TYPE, '{"status":"x","OTPRULES_OTP_7":"123456"}', 'header'],
    ['a code below the fields', JSON_TYPE, '{"a":{"OTPRULES_OTP_7":"123456"}}', 'header'],
    ['a code in a form', FORM, 'a=1&OTPRULES_OTP_7=123456', 'header'],
    ['letters in escapes', JSON_TYPE, '{"\\u0073tatus":"x"}', 'escapes'],
    ['a byte order mark', JSON_TYPE, '\uFEFF{"notes":"x"}', 'byte order mark'],
    ['a form with ";"', FORM, 'notes=a;b', 'not encoded plainly'],
  ])('%s', async (_, type, body, hint) => {
    const bench = await openBench({ verbatim: true });
    const heard = await bench.send(type, body);
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining(hint) });
    expect(bench.crm.saves).toEqual([]);
  });

  it('a compressed body', async () => {
    const bench = await openBench({ verbatim: true });
    const heard = await bench.send(JSON_TYPE, gzipSync('{"notes":"x"}'), {
      headers: { 'content-encoding': 'gzip' },
    });
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('compressed') });
  });

  it('a multipart form', async () => {
    const bench = await openBench({ verbatim: true });
    const { type, body } = multipart(field('notes', 'x'));
    expect(await bench.send(type, body)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('multipart'),
    });
  });
});
