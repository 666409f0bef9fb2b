import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPartHead } from '../../src/core/wire/part-head.ts';

const DISPOSITION = 'Content-Disposition: form-data; name="status"';
const FILE = 'Content-Disposition: form-data; name="photo"; filename="a.jpg"';

describe('the heads that honest clients write', () => {
  it.each([
    ['of a browser', DISPOSITION, { name: 'status', filename: undefined, head: DISPOSITION }],
    [
      'of a browser for a file',
      `${FILE}\r\nContent-Type: image/jpeg`,
      { name: 'photo', filename: 'a.jpg', head: `${FILE}\r\nContent-Type: image/jpeg` },
    ],
    [
      'of .NET, with bare names and both filenames',
      "Content-Type: image/jpeg\r\nContent-Disposition: form-data; name=photo; filename=a.jpg; filename*=utf-8''a.jpg",
      {
        name: 'photo',
        filename: 'a.jpg',
        head: `${FILE}; filename*=utf-8''a.jpg\r\nContent-Type: image/jpeg`,
      },
    ],
    [
      'of .NET for a field',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=status',
      { name: 'status', head: `${DISPOSITION}\r\nContent-Type: text/plain; charset=utf-8` },
    ],
    [
      'of a browser where no file was chosen',
      'Content-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: application/octet-stream',
      { name: 'photo', filename: '' },
    ],
    [
      'of Python',
      `${DISPOSITION}\r\nContent-Length: 9\r\nContent-Transfer-Encoding: 8bit`,
      { head: DISPOSITION },
    ],
    [
      'in another case and with blanks',
      'content-disposition:form-data ;  NAME="status"  ',
      { head: DISPOSITION },
    ],
    ['with umlauts', 'Content-Disposition: form-data; name="straße"', { name: 'straße' }],
    [
      'of a Windows path',
      'Content-Disposition: form-data; name="p"; filename="C:\\a.jpg"',
      { filename: 'C:\\a.jpg' },
    ],
    ['of a list', 'Content-Disposition: form-data; name="tags[]"', { name: 'tags[]' }],
  ])('%s', (_, text, value) => {
    expect(readPartHead(text)).toMatchObject({ ok: true, value });
  });
});

describe('what readers read differently is refused', () => {
  it.each([
    ['two names', 'form-data; name="notes"; name="status"', 'says name twice'],
    [
      'filename* alone: a field to PHP, a file to busboy',
      'form-data; name="status"; filename*=utf-8\'\'a',
      'filename\\* without',
    ],
    ['single quotes', "form-data; name='status'", 'malformed'],
    ['an attachment', 'attachment; name="status"', 'no "Content-Disposition: form-data"'],
    ['no type at all', 'name="status"', 'no "Content-Disposition: form-data"'],
    ['no name', 'form-data', 'no "Content-Disposition: form-data"'],
    ['an empty name', 'form-data; name=""', 'no plain name'],
    ['an escaped quote', 'form-data; name="a\\"; name=\\"status"', 'malformed|says name twice|no plain name'],
    ['a backslash', 'form-data; name="sta\\tus"', 'no plain name'],
    ['a name within the name, for Rack', 'form-data; name="notes; name=status"', 'no plain name'],
    ['a name within the name, without a mark', 'form-data; name="notes name=status"', 'no plain name'],
    ['a name within the filename', 'form-data; name="notes"; filename="a; name=status"', 'no plain filename'],
    ['a filename whose end is escaped', 'form-data; name="notes"; filename="a\\"', 'no plain filename'],
    ['an encoded word, for Tomcat and .NET', 'form-data; name="=?utf-8?Q?status?="', 'no plain name'],
    ['an extended name', 'form-data; name="a"; name*=utf-8\'\'status', 'more than name and filename'],
    ['a name in pieces', 'form-data; name*0="sta"; name*1="tus"', 'malformed'],
    ['another parameter', 'form-data; name="a"; size=3', 'more than name and filename'],
    ['something behind it', 'form-data; name="a" status', 'malformed'],
  ])('%s', (_, disposition, message) => {
    const reading = readPartHead(`Content-Disposition: ${disposition}`);
    expect(reading).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it.each([
    ['two Content-Dispositions', `${DISPOSITION}\r\n${FILE}`, 'stands twice'],
    ['none', 'Content-Type: text/plain', 'no "Content-Disposition'],
    [
      'base64, which undici undoes',
      `${DISPOSITION}\r\nContent-Transfer-Encoding: base64`,
      'Content-Transfer-Encoding',
    ],
    [
      'UTF-16, which busboy undoes',
      `${DISPOSITION}\r\nContent-Type: text/plain; charset=utf-16le`,
      'Content-Type',
    ],
    [
      'a field of bytes: busboy takes it for a file',
      `${DISPOSITION}\r\nContent-Type: application/octet-stream`,
      'Content-Type',
    ],
    ['a folded line', 'Content-Disposition: form-data;\r\n name="status"', 'malformed or folded'],
    [
      'a bare line feed',
      `Content-Disposition: form-data; name="a"\nContent-Disposition: form-data; name="status"`,
      'malformed or folded',
    ],
    ['a blank before the colon', 'Content-Disposition : form-data; name="status"', 'malformed or folded'],
    ['a NUL', `${DISPOSITION}\0`, 'malformed or folded'],
    ['another header', `${DISPOSITION}\r\nX-Name: a`, 'header x-name'],
    ['nothing', '', 'malformed or folded'],
  ])('%s', (_, text, message) => {
    expect(readPartHead(text)).toEqual({ ok: false, message: expect.stringMatching(message) });
  });

  it.each([
    'application/json',
    'application/vnd.api+json',
    'application/xml',
    'text/xml; charset=utf-8',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=x',
    'message/rfc822',
  ])('a part that is a document of its own: %s', (type) => {
    for (const head of [DISPOSITION, FILE]) {
      const reading = readPartHead(`${head}\r\nContent-Type: ${type}`);
      expect(reading).toEqual({ ok: false, message: expect.stringContaining('application/octet-stream') });
    }
  });
});

it('any text is read or refused, and what is sent for it reads as the same', () => {
  const piece = fc.constantFrom(
    'Content-Disposition: ',
    'Content-Type: ',
    'form-data',
    '; name=',
    '; filename=',
    "; filename*=utf-8''",
    '"',
    "'",
    'status',
    'notes',
    '\r\n',
    ' ',
    ';',
    '=',
    '\\',
    'text/plain',
    'image/png',
    'ü',
  );
  const text = fc.array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ maxLength: 3 })), {
    maxLength: 12,
  });
  const likely = fc
    .tuple(fc.string({ maxLength: 6 }), fc.option(fc.string({ maxLength: 6 })))
    .map(([name, file]) => [
      `Content-Disposition: form-data; name="${name}"${file === null ? '' : `; filename="${file}"`}`,
    ]);
  fc.assert(
    fc.property(fc.oneof(text, likely), (pieces) => {
      const reading = readPartHead(pieces.join(''));
      if (reading.ok) expect(readPartHead(reading.value.head)).toEqual(reading);
    }),
  );
});
