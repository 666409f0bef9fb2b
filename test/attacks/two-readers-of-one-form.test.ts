import { describe, expect, it } from 'vitest';
import { FORM, field, file, JSON_TYPE, multipart, NOTES, openBench, type Part } from '../bodies/stage.ts';

/*
 * Forms that one server reads as `status=Delivered` and another as something else. None gets through without a code: it is
 * refused, or the rule speaks. Each is named after the server that reads the delivery.
 */

type Attack = readonly [reader: string, type: string, body: string | Buffer];

const parts = (reader: string, ...list: readonly Part[]): Attack => {
  const { type, body } = multipart(...list);
  return [reader, type, body];
};
const part = (reader: string, disposition: string, ...headers: readonly string[]): Attack =>
  parts(reader, [[`Content-Disposition: ${disposition}`, ...headers].join('\r\n'), 'Delivered']);

const NAMES: readonly Attack[] = [
  ['PHP: a bracket that nothing closes is cut', FORM, 'status[=Delivered'],
  ['PHP: blanks go, NUL ends', FORM, '+status%00x=Delivered'],
  ['PHP: what follows a list is cut', FORM, 'data[status]x=Delivered'],
  ['qs and Rack: brackets in front', FORM, '[status]=Delivered'],
  ['Rack: brackets behind', FORM, 'status]=Delivered'],
  ['Spring: the value of a field that is not there', FORM, '!status=Delivered'],
  ['Spring: quoted keys of a map', FORM, "record['status']=Delivered"],
  ['ASP.NET: paths with dots', FORM, 'Note.Status=Delivered'],
  ['Zope: names with a type', FORM, 'status:string=Delivered'],
  ['JSF: names with their form', FORM, 'form:status=Delivered'],
  ['Web Forms: names with their container', FORM, 'ctl00$Main$status=Delivered'],
  ['Rails: values in several parts', FORM, 'status(1)=Delivered'],
  ['readers that drop bytes which are no UTF-8', FORM, 'sta%FFtus=Delivered'],
];

const PARTS: readonly Attack[] = [
  part('Tomcat and .NET: encoded words in names', 'form-data; name="=?utf-8?Q?status?="'),
  part('Tomcat and .NET: encoded words in base64', 'form-data; name="=?UTF-8?B?c3RhdHVz?="'),
  part('Rack 2: the last name wins, wherever it stands', 'form-data; name="notes; name=status"'),
  part('older Rack: the same without a mark', 'form-data; name="notes name=status"'),
  part('PHP: the last of two names', 'form-data; name="notes"; name="status"'),
  part('PHP: filename* is none', 'form-data; name="status"; filename*=utf-8\'\'a.txt'),
  part('Go and Python: extended names', "form-data; name*=utf-8''status"),
  part('Python: names in pieces', 'form-data; name*0="sta"; name*1="tus"'),
  part('PHP: single quotes', "form-data; name='status'"),
  part('PHP: escapes in names', 'form-data; name="sta\\tus"'),
  part('PHP: any disposition', 'attachment; name="status"'),
  part('PHP: a field of bytes', 'form-data; name="status"', 'Content-Type: application/octet-stream'),
  part(
    'undici: the last Content-Disposition',
    'form-data; name="notes"',
    'Content-Disposition: form-data; name="status"',
  ),
  parts('undici: base64', [
    'Content-Disposition: form-data; name="status"\r\nContent-Transfer-Encoding: base64',
    'RGVsaXZlcmVk',
  ]),
  parts('busboy: UTF-16', [
    'Content-Disposition: form-data; name="status"\r\nContent-Type: text/plain; charset=utf-16le',
    Buffer.from('Delivered', 'utf16le'),
  ]),
  parts('Spring: a part that is a document', [
    'Content-Disposition: form-data; name="note"\r\nContent-Type: application/json',
    '{"status":"Delivered"}',
  ]),
  parts('Spring: a document that is a file', [
    'Content-Disposition: form-data; name="note"; filename="blob"\r\nContent-Type: application/json',
    '{"status":"Delivered"}',
  ]),
  parts('Spring: a document in XML', [
    'Content-Disposition: form-data; name="note"; filename="n"\r\nContent-Type: application/xml',
    '<note><status>Delivered</status></note>',
  ]),
  parts('commons-fileupload: a form within the form', [
    'Content-Disposition: form-data; name="status"\r\nContent-Type: multipart/mixed; boundary=x',
    '--x\r\nContent-Disposition: file; filename="a"\r\n\r\nDelivered\r\n--x--',
  ]),
  parts('those that take a file for its content', file('status', 'a.txt', 'Delivered')),
  [
    'PHP: parts after the last boundary',
    multipart().type,
    Buffer.concat([multipart(field('notes', 'x')).body, multipart(field('status', 'Delivered')).body]),
  ],
  [
    'PHP: the first boundary',
    'multipart/form-data; xboundary=BOUNDARY; boundary=B',
    multipart(field('status', 'Delivered')).body,
  ],
  [
    'PHP: lines that end in LF',
    multipart().type,
    multipart(field('status', 'Delivered')).body.toString().replaceAll('\r', ''),
  ],
  ['PHP: no last boundary', multipart().type, multipart(field('status', 'Delivered')).body.subarray(0, -16)],
  [
    'RFC 2046: a preamble',
    multipart().type,
    Buffer.concat([Buffer.from('hello\r\n'), multipart(field('status', 'Delivered')).body]),
  ],
];

const TYPES: readonly Attack[] = [
  [
    'formidable: a form by a part of its type',
    'application/x-www-form-urlencoded+json',
    '{"a":"&status=Delivered&"}',
  ],
  ['PHP: a form with something behind its type', `${FORM} XXX`, 'status=Delivered'],
  ['PHP: a form with a list of types', `${FORM}, application/json`, 'status=Delivered'],
  ['PHP that reads JSON from any body', FORM, '\n{"status":"Delivered"}'],
  ['ASP.NET: the method in a field', FORM, 'X-HTTP-Method-Override=DELETE'],
  ['PHP frameworks: the method in a field', FORM, '.method=DELETE'],
];

describe.each([
  ['names of fields', NAMES],
  ['parts of multipart forms', PARTS],
  ['types and methods', TYPES],
])('%s', (_, attacks) => {
  it.each(attacks)('%s', async (_reader, type, body) => {
    const bench = await openBench();
    const heard = await bench.send(type, body);
    expect([400, 415, 422, 428]).toContain(heard.status);
    expect(heard.detail).not.toBe('');
    expect(bench.crm.saves).toEqual([]);
  });
});

it('PHP: a bracket that nothing closes is an underscore', async () => {
  const rule = {
    id: 7,
    name: 'Closing',
    module: 'DeliveryNotes',
    when: { changed_to: ['ticket_status', 'Closed'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
  } as const;
  const bench = await openBench({}, { rules: [rule as never] });
  expect(await bench.send(FORM, 'ticket[status=Closed')).toMatchObject({
    status: 422,
    result: 'undeclared-nesting',
  });
  expect(bench.crm.saves).toEqual([]);
});

describe('a second place for the fields', () => {
  it.each([
    ['.NET: any case', JSON_TYPE, '{"data":{"x":1},"Data":{"status":"Delivered"}}'],
    ['.NET and Spring: dots', FORM, 'data[x]=1&data.status=Delivered'],
    ['PHP: blanks', FORM, 'data[x]=1&+data[status]=Delivered'],
    ['a framework that merges levels', JSON_TYPE, '{"data":{"x":1},"status":"Delivered"}'],
  ])('%s', async (_, type, body) => {
    const bench = await openBench({ fields: '/data' });
    expect([400, 428]).toContain((await bench.send(type, body)).status);
    expect(bench.crm.saves).toEqual([]);
  });
});

it('a create that names a record is no create', async () => {
  const bench = await openBench();
  for (const id of ['"45"', '45', '["45"]', '{"$eq":"45"}']) {
    const body = `{"id":${id},"email":"mine@example.com"}`;
    const heard = await bench.send(JSON_TYPE, body, { path: NOTES });
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining(`${NOTES}/{id}`) });
  }
  expect(bench.crm.saves).toEqual([]);
  for (const id of ['null', '""', '0', '"00000000-0000-0000-0000-000000000000"'])
    expect(await bench.send(JSON_TYPE, `{"id":${id},"notes":"x"}`, { path: NOTES })).toMatchObject({
      status: 200,
    });
});

it('JSON that is also a form is not sent in its own bytes under the type of the form', async () => {
  const bench = await openBench({ assume: 'json', verbatim: true });
  const heard = await bench.send(FORM, '{"a":"x&status=Delivered&"}');
  expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('form') });
  expect(bench.crm.saves).toEqual([]);
});

it('a name of a thousand brackets is refused before anybody builds a tree of it', async () => {
  const bench = await openBench();
  const heard = await bench.send(
    FORM,
    Array(900)
      .fill(`a${'[]'.repeat(500)}=1`)
      .join('&'),
  );
  expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('nested deeper') });
});
