import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sendRaw } from '../harness/raw.ts';
import { CODINGS, FORM, field, file, headerOf, JSON_TYPE, multipart, NOTE, openBench } from './stage.ts';

/*
 * What honest, old and careless clients send, and what the CRM gets of it, byte for byte.
 */

describe('a form whose body is JSON, as curl -d sends it', () => {
  it('is refused with the type that it should have', async () => {
    const bench = await openBench();
    const heard = await bench.send(FORM, '{"notes":"left at reception"}');
    expect(heard).toMatchObject({ status: 415, result: 'request-unreadable' });
    expect(heard.detail).toContain('application/json');
    expect(heard.detail).toContain('-H');
    expect(bench.crm.saves).toEqual([]);
  });

  it('is read as JSON where the module says so, and sent as what it is', async () => {
    const bench = await openBench({ assume: 'json' });
    expect(await bench.send(FORM, ' {"notes":"x"}')).toMatchObject({ status: 200 });
    expect(bench.arrived()).toEqual({ type: JSON_TYPE, body: '{"notes":"x"}' });
    expect(await bench.send(FORM, '{"status":"Delivered"}')).toMatchObject({ status: 428 });
  });
});

describe('JSON arrives in UTF-8 under its own name', () => {
  it.each([
    ['without a charset', JSON_TYPE, '{"notes":"\u00fc"}', '{"notes":"Ã¼"}'],
    ['with a quoted charset', 'application/json; charset="UTF-8"', '{"notes":"x"}', '{"notes":"x"}'],
    ['in another case', 'Application/JSON', '{"notes":"x"}', '{"notes":"x"}'],
    ['with a byte order mark', JSON_TYPE, '\uFEFF{"notes":"x"}', '{"notes":"x"}'],
    ['of ASCII labelled Latin-1', 'application/json; charset=iso-8859-1', '{"notes":"x"}', '{"notes":"x"}'],
    [
      'with numbers of any size',
      JSON_TYPE,
      '{"a":12345678901234567890,"b":1.10,"c":1E+2}',
      '{"a":12345678901234567890,"b":1.10,"c":1E+2}',
    ],
    [
      'with names from prototypes',
      JSON_TYPE,
      '{"constructor":"x","length":3,"toString":null}',
      '{"constructor":"x","length":3,"toString":null}',
    ],
  ])('%s', async (_, type, sent, arrived) => {
    const bench = await openBench();
    expect(await bench.send(type, sent, { method: 'PUT' })).toMatchObject({ status: 200 });
    expect(bench.arrived()).toEqual({ type: JSON_TYPE, body: arrived });
  });

  it.each([
    ['umlauts labelled Latin-1', 'application/json; charset=iso-8859-1', '{"notes":"ü"}', 'UTF-8'],
    ['two charsets', 'application/json; charset=utf-8; charset=utf-16', '{}', JSON_TYPE],
    ['no type', '', '{"notes":"x"}', JSON_TYPE],
    ['text/plain', 'text/plain', 'notes=x', FORM],
    ['XML', 'application/xml', '<notes>x</notes>', 'multipart/form-data'],
    ['a patch that is a list of orders', 'application/json-patch+json', '[]', JSON_TYPE],
  ])('and is refused with what to send instead: %s', async (_, type, body, hint) => {
    const bench = await openBench();
    const heard = await bench.send(type, Buffer.from(body));
    expect(heard).toMatchObject({ status: 415, result: 'request-unreadable' });
    expect(heard.detail).toContain(hint);
    expect(bench.crm.saves).toEqual([]);
  });
});

describe('forms arrive byte for byte', () => {
  it.each([
    ['Latin-1 in free text', 'name=J%FCrgen'],
    ['the checkbox idiom', 'visible=0&visible=1'],
    ['lists and dots', 'tags[]=a&tags[]=b&geo.lat=1&geo.long=2'],
    ['a ";" that is encoded', 'notes=a%3Bb'],
    ['names from prototypes', 'constructor=x&length=3'],
    [
      'the status of order lines',
      'lines[0][status]=open&lines[0][id]=3&lines[1][status]=open&lines[1][id]=4',
    ],
  ])('%s', async (_, body) => {
    const bench = await openBench({ values: ['tags', 'lines'] });
    expect(await bench.send(FORM, body)).toMatchObject({ status: 200 });
    expect(bench.arrived()).toEqual({ type: FORM, body });
  });

  it.each([
    ['a ";" in notes', 'notes=a;b', 'notes=a%3Bb'],
    ['raw UTF-8', 'notes=\u00fc', 'notes=%C3%BC'],
    ['a lonely "%"', 'notes=100%', 'notes=100%25'],
  ])('or in the one encoding that all servers read alike: %s', async (_, body, arrived) => {
    const bench = await openBench();
    expect(await bench.send(`${FORM}; charset=UTF-8`, body)).toMatchObject({ status: 200 });
    expect(bench.arrived()).toEqual({ type: FORM, body: arrived });
  });
});

describe('multipart forms arrive with every content as it was', () => {
  it('as .NET writes them: bare names, a quoted boundary, two filenames', async () => {
    const bench = await openBench();
    const { body } = multipart(
      ['Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=notes', 'x'],
      ["Content-Disposition: form-data; name=photo; filename=a.jpg; filename*=utf-8''a.jpg", '\0\u0001'],
    );
    const heard = await bench.send('multipart/form-data; boundary="BOUNDARY"', body);
    expect(heard).toMatchObject({ status: 200 });
    expect(partsOf(bench.arrived())).toEqual([
      'Content-Disposition: form-data; name="notes"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nx',
      'Content-Disposition: form-data; name="photo"; filename="a.jpg"; filename*=utf-8\'\'a.jpg\r\n\r\n\0\u0001',
    ]);
  });

  it('with values of many lines, of line ends alone, of none, and of what looks like a boundary', async () => {
    const bench = await openBench();
    const contents = ['a\r\nb\nc\rd', '\r\n', '', '--BOUNDAR\r\n--\r\n'];
    const { type, body } = multipart(...contents.map((content, nth) => field(`f${nth}`, content)));
    expect(await bench.send(type, body)).toMatchObject({ status: 200 });
    const head = (nth: number) => `Content-Disposition: form-data; name="f${nth}"\r\n\r\n`;
    expect(partsOf(bench.arrived())).toEqual(contents.map((content, nth) => head(nth) + content));
  });

  it('as fetch writes them', async () => {
    const bench = await openBench();
    const form = new FormData();
    form.append('notes', 'a\r\nb');
    form.append('photo', new Blob([Buffer.from([0, 255, 13, 10])]), 'p.jpg');
    expect(await bench.send('', form)).toMatchObject({ status: 200 });
    expect(partsOf(bench.arrived())[1]).toMatch(/\r\n\r\n\0\u00ff\r\n$/);
  });
});

/** The parts of a multipart body, by the boundary that its type names. */
function partsOf({ type = '', body }: { readonly type: string | undefined; readonly body: string }) {
  const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(type)?.[1] ?? '?';
  expect(body.startsWith(`--${boundary}\r\n`) && body.endsWith(`\r\n--${boundary}--\r\n`)).toBe(true);
  return body.slice(boundary.length + 4, -boundary.length - 8).split(`\r\n--${boundary}\r\n`);
}

describe('a compressed body is undone, and goes on plain', () => {
  it.each(CODINGS)('%s', async (coding, compress) => {
    const bench = await openBench();
    const headers = { 'content-encoding': coding };
    expect(await bench.send(JSON_TYPE, compress('{"notes":"x"}'), { headers })).toMatchObject({
      status: 200,
    });
    expect(bench.arrived().body).toBe('{"notes":"x"}');
    const [save] = bench.crm.saves;
    expect(save && headerOf(save, 'content-encoding')).toBeUndefined();
    expect(save && headerOf(save, 'content-length')).toBe('13');
    expect(await bench.send(JSON_TYPE, compress('{"status":"Delivered"}'), { headers })).toMatchObject({
      status: 428,
    });
  });

  it.each([
    ['an unknown coding', 'zstd', Buffer.from('{}'), 415, 'gzip'],
    ['two codings', 'gzip, gzip', gzipSync(gzipSync('{}')), 415, 'gzip'],
    ['a coding that is none', 'gzip', Buffer.from('{"notes":"x"}'), 400, 'compression'],
    ['a cut one', 'gzip', gzipSync('{"notes":"x"}').subarray(0, 20), 400, 'compression'],
    ['a large one', 'gzip', gzipSync(randomBytes(5 << 20).toString('hex')), 413, 'larger than'],
  ])('but %s is refused', async (_, coding, body, status, hint) => {
    const bench = await openBench();
    const heard = await bench.send(JSON_TYPE, body, { headers: { 'content-encoding': coding } });
    expect(heard).toMatchObject({ status, result: 'request-unreadable' });
    expect(heard.detail).toContain(hint);
    expect(bench.crm.saves).toEqual([]);
  });
});

describe('any framing of HTTP/1 will do', () => {
  it.each([
    [
      'chunks with extensions',
      'HTTP/1.1',
      'Transfer-Encoding: chunked',
      '4;a=b;c="d"\r\n{"no\r\n9\r\ntes":"x"}\r\n0\r\n\r\n',
    ],
    ['Expect: 100-continue', 'HTTP/1.1', 'Expect: 100-continue\r\nContent-Length: 13', '{"notes":"x"}'],
    ['HTTP/1.0', 'HTTP/1.0', 'Content-Length: 13', '{"notes":"x"}'],
  ])('%s', async (_, version, header, body) => {
    const bench = await openBench();
    const head = `PUT ${NOTE} ${version}\r\nHost: crm.test\r\nContent-Type: application/json\r\n${header}\r\n\r\n`;
    const answer = await sendRaw(Number(new URL(bench.url).port), head + body);
    expect(answer.status).toBe(200);
    expect(bench.arrived().body).toBe('{"notes":"x"}');
  });

  it('blank lines before the request', async () => {
    const bench = await openBench();
    const head = `\r\nPUT ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n`;
    expect((await sendRaw(Number(new URL(bench.url).port), `${head}{"notes":"x"}`)).status).toBe(200);
  });
});

describe('codes that are always sent', () => {
  it.each([
    ['a form', FORM, 'notes=x&OTPRULES_OTP_7=123456', 'notes=x'],
    ['JSON', JSON_TYPE, '{"OTPRULES_OTP_7":"123456","notes":"x"}', '{"notes":"x"}'],
  ])('are cut out of %s and ignored, at no cost', async (_, type, body, arrived) => {
    const bench = await openBench();
    expect(await bench.send(type, body, { headers: { 'OTPRULES-OTP-7': '1' } })).toMatchObject({
      status: 200,
    });
    expect(bench.arrived().body).toBe(arrived);
    expect((await bench.rep.standing()).json['attempts_remaining']).toBe(3);
  });
});

describe('spellings of the request line', () => {
  it('a method override is judged as a save, and not sent on', async () => {
    const bench = await openBench();
    const headers = { 'X-HTTP-Method-Override': 'PATCH' };
    expect(await bench.send(JSON_TYPE, '{"status":"Delivered"}', { headers })).toMatchObject({ status: 428 });
    expect(await bench.send(JSON_TYPE, '{"notes":"x"}', { headers })).toMatchObject({ status: 200 });
    const [save] = bench.crm.saves;
    expect(save && headerOf(save, 'x-http-method-override')).toBeUndefined();
  });

  it('a method override that the module lists is judged as that method, and sent on', async () => {
    const bench = await openBench({ methodOverrides: ['PUT', 'DELETE'], put: 'replace' });
    const send = (method: string, body: string) =>
      bench.send(JSON_TYPE, body, { headers: { 'X-HTTP-Method-Override': method } });
    // A PUT that leaves the address out replaces it; a PATCH, which is not listed, is the POST that it is.
    expect(await send('PUT', '{"notes":"x"}')).toMatchObject({ status: 428 });
    expect(await send('PATCH', '{"notes":"x"}')).toMatchObject({ status: 200 });
    expect(await send('DELETE', '{"status":"Delivered"}')).toMatchObject({ status: 200 });
    const sent = bench.crm.saves.map((save) => [
      save.method,
      headerOf(save, 'x-http-method-override'),
      save.body.toString(),
    ]);
    expect(sent).toEqual([
      ['POST', undefined, '{"notes":"x"}'],
      ['POST', 'DELETE', ''],
    ]);
  });

  it('two method overrides are none, also where the module lists one of them', async () => {
    const bench = await openBench({ methodOverrides: ['DELETE'] });
    const headers = { 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'PATCH' };
    expect(await bench.send(JSON_TYPE, '{"status":"Delivered"}', { headers })).toMatchObject({ status: 428 });
    expect(bench.crm.saves).toEqual([]);
  });

  it('a listed method override goes on with a body that is sent as it is', async () => {
    const bench = await openBench({ methodOverrides: ['PUT'], verbatim: true });
    const headers = { 'X-HTTP-Method-Override': 'PUT' };
    expect(await bench.send(JSON_TYPE, '{ "notes": "x" }', { headers })).toMatchObject({ status: 200 });
    const [save] = bench.crm.saves;
    expect(save && [save.method, headerOf(save, 'x-http-method-override'), save.body.toString()]).toEqual([
      'POST',
      'PUT',
      '{ "notes": "x" }',
    ]);
  });

  it.each([
    ['/api/DeliveryNotes/45/', `${NOTE}/`],
    ['/api/deliverynotes/45', NOTE],
    ['/API/DELIVERYNOTES/45/', `${NOTE}/`],
  ])('%s is the same place, and sent as %s', async (path, sent) => {
    const bench = await openBench();
    expect(await bench.send(JSON_TYPE, '{"status":"Delivered"}', { path })).toMatchObject({ status: 428 });
    expect(await bench.send(JSON_TYPE, '{"notes":"x"}', { path })).toMatchObject({ status: 200 });
    expect(bench.crm.saves[0]?.path).toBe(sent);
  });

  it.each([
    '/api//DeliveryNotes/45',
    '//api/DeliveryNotes/45',
    '/api/DeliveryNotes//45',
  ])('%s is refused, unless the module tolerates it: then it is the same place', async (path) => {
    const strict = await openBench();
    const heard = await strict.send(JSON_TYPE, '{"notes":"x"}', { path });
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('doubled slashes') });
    const bench = await openBench({ tolerateDoubleSlash: true });
    expect(await bench.send(JSON_TYPE, '{"status":"Delivered"}', { path })).toMatchObject({ status: 428 });
    expect(await bench.send(JSON_TYPE, '{"notes":"x"}', { path })).toMatchObject({ status: 200 });
    expect(bench.crm.saves[0]?.path).toBe(NOTE);
  });

  it('and "//" is all that is tolerated', async () => {
    const bench = await openBench({ tolerateDoubleSlash: true });
    for (const path of [
      '/api/DeliveryNotes/%2e%2e/DeliveryNotes/45',
      '/api/DeliveryNotes/4%35',
      '/api/DeliveryNotes\\45',
    ]) {
      const { port } = new URL(bench.url);
      const head = `PUT ${path} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n`;
      expect((await sendRaw(Number(port), `${head}{"notes":"x"}`)).status).toBe(400);
    }
    expect(bench.crm.saves).toEqual([]);
  });

  it('a status that was typed by hand is recognised', async () => {
    const bench = await openBench();
    expect(await bench.send(FORM, 'status=delivered')).toMatchObject({ status: 428 });
  });

  it('a file beside harmless fields passes', async () => {
    const bench = await openBench();
    const { type, body } = multipart(field('notes', 'x'), file('photo', 'p.jpg', '\0\0'));
    expect(await bench.send(type, body)).toMatchObject({ status: 200 });
  });
});
