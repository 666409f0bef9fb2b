import { gzipSync } from 'node:zlib';

/*
 * What the cases about other traffic send. Anybody may: nobody has shown yet that they may ask.
 */

const BYTES = 8_000_000;
const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';

const long = (text: string, bytes = BYTES) => text.repeat(Math.floor(bytes / Buffer.byteLength(text)));
const inStatus = (text: string) => `{"status":"${text}"}`;
const MULTIPART = 'multipart/form-data; boundary=b';
const part = (text: string) =>
  `--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n${text}\r\n--b--\r\n`;
const names = () => `{${Array.from({ length: 470_000 }, (_, nth) => `"name${nth}xx":1`).join(',')}}`;
const wrappers = () => `{"a":[${long('{"b":{"c":{"d":1}}},', BYTES - 20)}1]}`;

type Body = { readonly write: () => string; readonly type?: string; readonly isPlain?: boolean };

/** The body of a case, by its id. */
const BODIES: Readonly<Record<string, Body>> = {
  'T27-gzip-of-character-references': { write: () => inStatus('&#68;'.repeat(1_650_000)) },
  'A11-marks': { write: () => inStatus(long('D\u0301\u0302\u0303')), isPlain: true },
  'A11-nuls': { write: () => inStatus(long('\\u0000')) },
  'A11-open-references': { write: () => inStatus(long('&#')) },
  'A11-tags': { write: () => inStatus(long('<b>')) },
  'A11-backslashes': { write: () => inStatus(long('\\\\')) },
  'A11-percents': { write: () => `status=${long('%2544')}`, type: FORM, isPlain: true },
  'A11-names': { write: names },
  'A11-wrappers': { write: wrappers },
  'A11-dates': { write: () => `{"due":"${long('2026-')}"}`, isPlain: true },
  'A11-line-ends': { write: () => part(long('\r\n--')), type: MULTIPART, isPlain: true },
};

/** The request of a case about other traffic; undefined where it is none. */
export function largeRequestOf(id: string): Buffer | undefined {
  const found = BODIES[id];
  if (!found) return undefined;
  const text = Buffer.from(found.write());
  const body = found.isPlain ? text : gzipSync(text);
  const head = [
    'PATCH /api/DeliveryNotes/45 HTTP/1.1',
    'Host: x',
    `Content-Type: ${found.type ?? JSON_TYPE}`,
    ...(found.isPlain ? [] : ['Content-Encoding: gzip']),
    `Content-Length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
