import { readLeniently } from './lenient-json.ts';
import { anyCase, type Reader, sloppyUtf8Of, statusesIn } from './reader.ts';

/** Jackson: finds UTF-8, UTF-16 and UTF-32 by their zeros, skips a byte order mark, and stops after the first document. */
export const jackson: Reader = ({ body }) =>
  textsOf(body).flatMap((text) =>
    statusesIn(readLeniently(text.replace(/^\uFEFF/, ''), { trailing: true }), anyCase),
  );

function textsOf(body: Buffer): readonly string[] {
  const even = Buffer.from(body.subarray(0, body.length - (body.length % 2)));
  const units = even.length === 0 ? '' : even.toString('utf16le');
  const swapped = Buffer.from(even).swap16().toString('utf16le');
  const wide = (bytes: Buffer, at: number) =>
    Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
      String.fromCharCode(bytes[4 * index + at] ?? 0),
    ).join('');
  return [sloppyUtf8Of(body), units, swapped, wide(body, 0), wide(body, 3)];
}
