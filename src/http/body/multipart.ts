import { createHash } from 'node:crypto';
import { type Content, FileValue, type PartEntry } from '../../core/wire/body.ts';
import type { Json } from '../../core/wire/json.ts';
import { Names } from '../../core/wire/names.ts';
import { readPartHead } from '../../core/wire/part-head.ts';
import { decodedText } from '../../core/wire/read-form.ts';
import type { Spool } from './spool.ts';

/** The entries of a form, or what is wrong with it. */
export type MultipartReading =
  | { readonly ok: true; readonly entries: readonly PartEntry[] }
  | { readonly ok: false; readonly message: string };

const MAX_PARTS = 1000;
const MAX_HEAD_BYTES = 8 * 1024;
const WINDOW_BYTES = 64 * 1024;
/** Blanks before JSON are few. */
const SNIFFED_BYTES = 1024;

/**
 * Reads a multipart body the one way in which all readers agree: it starts with the boundary, lines end in CRLF, nothing stands
 * behind a boundary or after the last one. Files stay where they are spooled. Source: RFC 2046 §5.1.1, RFC 7578.
 */
export async function readMultipart(
  spool: Spool,
  boundary: string,
  fieldBytes: number,
): Promise<MultipartReading> {
  const opening = `--${boundary}\r\n`;
  if (toText(await spool.read(0, opening.length)) !== opening)
    return refuse('it does not start with its boundary and a line end');
  const entries: PartEntry[] = [];
  const names = new Names();
  let start = opening.length;
  let left = fieldBytes;
  for (;;) {
    const end = await indexOf(spool, `\r\n--${boundary}`, start - 2);
    if (end < 0) return refuse('its last boundary is missing');
    if (entries.length === MAX_PARTS) return refuse(`it has more than ${MAX_PARTS} parts`);
    const part = await readPart(spool, start, end, left);
    if (typeof part === 'string') return refuse(`part ${entries.length + 1}: ${part}`);
    const fault = names.faultOf(part.name);
    if (fault) return refuse(fault);
    if (isInMemory(part.value)) left -= part.content.length;
    entries.push(part);
    const tail = end + boundary.length + 4;
    const mark = toText(await spool.read(tail, tail + 4));
    if (mark.startsWith('\r\n')) {
      start = tail + 2;
    } else {
      const isEnd = mark === '--' || (mark === '--\r\n' && spool.length === tail + 4);
      return isEnd ? { ok: true, entries } : refuse('something stands behind a boundary');
    }
  }
}

async function readPart(spool: Spool, start: number, end: number, left: number): Promise<PartEntry | string> {
  const window = toText(await spool.read(start, Math.min(end, start + MAX_HEAD_BYTES)));
  const blank = window.indexOf('\r\n\r\n');
  if (blank < 0) return 'its headers have no end';
  const decoded = decodedText(Buffer.from(window.slice(0, blank), 'latin1'));
  if (!decoded.isUtf8) return 'its headers are not UTF-8';
  const head = readPartHead(decoded.text);
  if (!head.ok) return head.message;
  const { name, filename } = head.value;
  const from = start + blank + 4;
  const content = spool.range(from, end);
  if (filename !== undefined) {
    const isDocument = beginsJson(await spool.read(from, Math.min(end, from + SNIFFED_BYTES)));
    const isUnread = isDocument && content.length > left;
    const document = isDocument && !isUnread ? textOf(await spool.read(from, end)) : undefined;
    const value = new FileValue(await fileEntries(filename, content), document, isUnread);
    return { name, value, isUtf8: true, head: head.value.head, content };
  }
  if (content.length > left) return 'it is too large for a field';
  const { text, isUtf8 } = decodedText(await spool.read(from, end));
  return { name, value: text, isUtf8, head: head.value.head, content };
}

/** A file as criteria and bindings see it: no scalar, and another one for another content. */
async function fileEntries(
  filename: string,
  content: Content,
): Promise<readonly (readonly [string, Json])[]> {
  const hash = createHash('sha256');
  for await (const piece of content.pieces()) hash.update(piece);
  return [
    ['filename', filename],
    ['sha256', hash.digest('hex')],
  ];
}

function isInMemory(value: Json): boolean {
  return typeof value === 'string' || (value instanceof FileValue && value.document !== undefined);
}

/**
 * Whether a file is an object or a list of JSON. Spring can be told to read a record from `application/octet-stream`, which is how browsers
 * send a Blob without a type; Jackson takes UTF-16 and UTF-32 for what they are.
 */
function beginsJson(bytes: Uint8Array): boolean {
  return /^\s*(?:\{\s*["}']|\[\s*[[{"'\]])/.test(textOf(bytes));
}

/** As ASCII whatever its encoding is: names and marks are. */
function textOf(bytes: Uint8Array): string {
  return viewOf(bytes)
    .toString('utf8')
    .replace(/^[\ufeff\ufffd]+/, '')
    .replaceAll('\0', '');
}

async function indexOf(spool: Spool, text: string, from: number): Promise<number> {
  const needle = Buffer.from(text, 'latin1');
  for (let start = from; start < spool.length; start += WINDOW_BYTES) {
    const end = Math.min(spool.length, start + WINDOW_BYTES + needle.length);
    const found = viewOf(await spool.read(start, end)).indexOf(needle);
    if (found >= 0) return start + found;
  }
  return -1;
}

function toText(bytes: Uint8Array): string {
  return viewOf(bytes).toString('latin1');
}

/** The bytes themselves, where `Buffer.from(bytes)` would copy them. */
function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function refuse(message: string): MultipartReading {
  return { ok: false, message };
}
