import fc from 'fast-check';
import { type Draft, draftOf } from './draft.ts';
import { filler, name, word } from './words.ts';

const plainHead = name.map((key) => `Content-Disposition: form-data; name="${key.replace(/[\0\t]/g, '')}"`);

/** Heads that one reader takes for the guarded field and another for something else. */
const strangeHead = fc.constantFrom(
  'Content-Disposition: form-data; name=status',
  "Content-Disposition: form-data; name='status'",
  'Content-Disposition: form-data; name="notes"; name="status"',
  'Content-Disposition: form-data; name="status"; name="notes"',
  'Content-Disposition: form-data; name="status"; filename="a.txt"',
  'Content-Disposition: form-data; name="status"; filename=""',
  'Content-Disposition: form-data; name="status"; filename*=utf-8\'\'a.txt',
  'Content-Disposition: form-data; name="notes"; name*=utf-8\'\'status',
  "Content-Disposition: form-data; name*=utf-8''sta%74us",
  'Content-Disposition: form-data; name="=?utf-8?Q?status?="',
  'Content-Disposition: form-data; name="=?utf-8?B?c3RhdHVz?="',
  'Content-Disposition: form-data; name="sta\\tus"',
  'Content-Disposition: form-data; name="notes\\"; name=\\"status"',
  'Content-Disposition: form-data; name="x; name=status"',
  'Content-Disposition: form-data;\r\n name="status"',
  'Content-Disposition: attachment; name="status"',
  'Content-Disposition: name="status"',
  'Content-Disposition: form-data; name="notes"\r\nContent-Disposition: form-data; name="status"',
  'Content-Disposition: form-data; name="status"\r\nContent-Type: application/octet-stream',
  'Content-Disposition: form-data; name="status"\r\nContent-Type: text/plain; charset=utf-16le',
  'Content-Disposition: form-data; name="status"\r\nContent-Type: text/plain; charset="utf-8"',
  'Content-Disposition : form-data; name="status"',
  'content-disposition:form-data;name="status"',
  'Content-Disposition: form-data; Name="status"',
  'Content-Disposition: form-data; name = "status"',
  'X-Note: 1\r\nContent-Disposition: form-data; name="status"',
);

const field = fc
  .tuple(fc.oneof(plainHead, strangeHead), word)
  .map(([head, text]) => `${head}\r\n\r\n${text}`);
/** Parts that hold the value in a form of their own. */
const coded = fc.constantFrom(
  'Content-Disposition: form-data; name="status"\r\nContent-Transfer-Encoding: base64\r\n\r\nRGVsaXZlcmVk',
  'Content-Disposition: form-data; name="status"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDeliv=65red',
  'Content-Disposition: form-data; name="note"\r\nContent-Type: application/json\r\n\r\n{"status":"Delivered"}',
  'Content-Disposition: form-data; name="note"; filename="blob"\r\nContent-Type: application/json\r\n\r\n{"status":"Delivered"}',
  'Content-Disposition: form-data; name="note"; filename="a.json"\r\nContent-Type: application/hal+json\r\n\r\n{"status":"Delivered"}',
  'Content-Disposition: form-data; name="status"\r\nContent-Type: text/plain; charset=utf-16le\r\n\r\nD\0e\0l\0i\0v\0e\0r\0e\0d\0',
);
const other = fc.oneof(
  filler.map(([key, text]) => `Content-Disposition: form-data; name="${key}"\r\n\r\n${text}`),
  fc.constantFrom(
    'Content-Disposition: form-data; name="status"\r\n\r\nCreated',
    'Content-Disposition: form-data; name="_charset_"\r\n\r\nutf-7',
    'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\r\n--Xy\r\n',
  ),
);
const parts = fc
  .tuple(
    fc.array(other, { maxLength: 2 }),
    fc.oneof({ arbitrary: field, weight: 3 }, coded),
    fc.array(other, { maxLength: 1 }),
  )
  .map(([before, guarded, after]) => [...before, guarded, ...after]);

/** Ways to put parts together, few of which all readers know. */
const framings: readonly ((parts: readonly string[]) => string)[] = [
  (all) => `${all.map((part) => `--XyZ\r\n${part}\r\n`).join('')}--XyZ--\r\n`,
  (all) => `${all.map((part) => `--XyZ\r\n${part}\r\n`).join('')}--XyZ--`,
  (all) => `preamble\r\n${all.map((part) => `--XyZ\r\n${part}\r\n`).join('')}--XyZ--\r\n`,
  (all) =>
    `--XyZ\r\nContent-Disposition: form-data; name="notes"\r\n\r\nx\r\n--XyZ--\r\n${all.map((part) => `--XyZ\r\n${part}\r\n`).join('')}--XyZ--\r\n`,
  (all) => all.map((part) => `--XyZ\r\n${part}\r\n`).join(''),
  (all) => `${all.map((part) => `--XyZ  \r\n${part}\r\n`).join('')}--XyZ--\r\n`,
  (all) => `${all.map((part) => `--XyZ\n${part.replaceAll('\r\n', '\n')}\n`).join('')}--XyZ--\n`,
  (all) => `\r\n${all.map((part) => `--XyZ\r\n${part}\r\n`).join('')}--XyZ--\r\n`,
];
const types = fc.constantFrom(
  'multipart/form-data; boundary=XyZ',
  'multipart/form-data; boundary="XyZ"',
  'multipart/form-data; xboundary=XyZ; boundary=B',
  'multipart/form-data; boundary=XyZ; boundary=B',
  'multipart/form-data, boundary=XyZ',
  'multipart/form-data; charset=utf-16; boundary=XyZ',
  'Multipart/Form-Data; BOUNDARY=XyZ',
  'multipart/mixed; boundary=XyZ',
);

/** Saves of a delivered note in parts. */
export const multipartSaves: fc.Arbitrary<Draft> = fc
  .tuple(
    parts,
    fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, fc.nat(framings.length - 1)),
    fc.oneof({ arbitrary: fc.constant('multipart/form-data; boundary=XyZ'), weight: 4 }, types),
    fc.constantFrom('POST', 'POST', 'PUT'),
  )
  .map(([all, at, type, method]) => draftOf(type, Buffer.from((framings[at] ?? String)(all)), method));
