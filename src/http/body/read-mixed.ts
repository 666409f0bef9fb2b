import { MOST_VALUES, valuesIn } from '../../core/saving/extent.ts';
import type { Json, JsonObject } from '../../core/wire/json.ts';
import type { MediaType } from '../../core/wire/media-type.ts';
import { isJsonType } from '../../core/wire/media-type.ts';
import { Names } from '../../core/wire/names.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { headerOf, headersIn, partsIn } from './mixed-lines.ts';

/** The document that the batch says, or what is wrong with it. */
export type MixedReading =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string };

const MAX_PARTS = 1000;
const REQUEST = /^([A-Z]+) ([\x21-\x7e]+) HTTP\/1\.1$/;
const CONTENT_ID = /^[\w.~-]{1,100}$/;
const PART_HEADERS = new Set(['content-type', 'content-transfer-encoding', 'content-id', 'content-length']);

type ReadType = (text: string) => MediaType | undefined;

/**
 * Reads a batch in multipart/mixed as the document that says the same in JSON, `{"requests": […]}`: each part is a request in
 * application/http, or a set of them, one level deep (`atomicityGroup`). What is sent on is written from that document.
 * http://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_MultipartBatchFormat
 */
export function readMixed(bytes: Uint8Array, boundary: string, readType: ReadType): MixedReading {
  // Letters of ASCII are all that the parts are told apart by; documents are read from their own bytes.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const parts = partsIn(text, boundary, MAX_PARTS);
  if (typeof parts === 'string') return refuse(parts);
  const requests: Json[] = [];
  const left = roomFor(MOST_VALUES);
  const names = new Names();
  for (const [index, part] of parts.entries()) {
    const read = partOf(part, readType, names);
    if (typeof read === 'string') return refuse(`part ${index + 1}: ${read}`);
    if (read.kind === 'call') {
      if (!left.takes(read.call)) return refuse(TOO_MUCH);
      requests.push(read.call);
      continue;
    }
    const inner = partsIn(read.text, read.boundary, MAX_PARTS);
    if (typeof inner === 'string') return refuse(`part ${index + 1}: ${inner}`);
    for (const one of inner) {
      const call = partOf(one, readType, names);
      if (typeof call === 'string') return refuse(`part ${index + 1}: ${call}`);
      if (call.kind === 'set') return refuse(`part ${index + 1}: a set of requests holds no other set`);
      if (!left.takes(call.call)) return refuse(TOO_MUCH);
      requests.push(new Map([...call.call, ['atomicityGroup', `set${index + 1}`]]));
    }
    if (requests.length > MAX_PARTS) return refuse(`it has more than ${MAX_PARTS} requests`);
  }
  return { ok: true, value: new Map([['requests', requests]]) };
}

const TOO_MUCH = 'it holds more than 10000 values';

/** Documents are bounded one by one; all of them together hold no more than one may, nor more names. */
function roomFor(most: number): { takes(value: Json): boolean } {
  let left = most;
  return {
    takes(value) {
      left -= valuesIn(value, left);
      return left >= 0;
    },
  };
}

type MixedPart =
  | { readonly kind: 'call'; readonly call: JsonObject }
  | { readonly kind: 'set'; readonly boundary: string; readonly text: string };

function partOf(part: string, readType: ReadType, names: Names): MixedPart | string {
  const { head, rest = '' } = headAndRest(part);
  const headers = headersIn(head);
  if (typeof headers === 'string') return headers;
  const stranger = [...headers.keys()].find((name) => !PART_HEADERS.has(name.toLowerCase()));
  if (stranger !== undefined) return `leave out the header "${stranger}"`;
  const coding = headerOf(headers, 'content-transfer-encoding') ?? 'binary';
  if (coding.toLowerCase() !== 'binary') return 'its Content-Transfer-Encoding is binary';
  if (!isLengthOf(headerOf(headers, 'content-length'), rest))
    return 'it is not as long as its Content-Length says';
  const id = headerOf(headers, 'content-id');
  if (id !== undefined && !CONTENT_ID.test(id))
    return 'its Content-ID is written in letters, digits and . _ ~ -';
  const type = headerOf(headers, 'content-type') ?? '';
  if (/^application\/http(?:; ?msgtype=request)?$/i.test(type)) return callOf(rest, id, readType, names);
  const media = readType(type);
  if (media?.essence !== 'multipart/mixed' || media.boundary === undefined)
    return 'it is application/http, or multipart/mixed with a boundary';
  return { kind: 'set', boundary: media.boundary, text: rest };
}

/** One request, as the members of one in a JSON batch. */
function callOf(text: string, id: string | undefined, readType: ReadType, names: Names): MixedPart | string {
  const { head, rest } = headAndRest(text);
  const [line = '', ...lines] = head;
  const [, method, url] = REQUEST.exec(line) ?? [];
  if (method === undefined || url === undefined) return 'it begins with "METHOD address HTTP/1.1"';
  const headers = headersIn(lines);
  if (typeof headers === 'string') return headers;
  const content = withoutLineEnds(rest ?? '');
  if (!isLengthOf(headerOf(headers, 'content-length'), rest ?? ''))
    return 'its body is not as long as its Content-Length says';
  const sent = new Map([...headers].filter(([name]) => name.toLowerCase() !== 'content-length'));
  const members: [string, Json][] = [
    ...(id === undefined ? [] : [['id', id] as [string, Json]]),
    ['method', method],
    ['url', url],
    ['headers', sent],
  ];
  if (content === '') return { kind: 'call', call: new Map(members) };
  const type = readType(headerOf(headers, 'content-type') ?? '');
  if (!isJsonType(type?.essence ?? '') || !['utf-8', undefined].includes(type?.charset))
    return 'its body is JSON in UTF-8, and its Content-Type says so';
  const document = readJson(Buffer.from(content, 'latin1'), names);
  if (!document.ok)
    return `its body is not the JSON that every server reads alike: ${document.fault.message}`;
  return { kind: 'call', call: new Map([...members, ['body', document.value]]) };
}

/** Lines up to the first empty one, and what stands after that. */
function headAndRest(text: string): { readonly head: readonly string[]; readonly rest: string | undefined } {
  if (text.startsWith('\r\n')) return { head: [], rest: text.slice(2) };
  const blank = text.indexOf('\r\n\r\n');
  const head = blank < 0 ? text.replace(/\r\n$/, '') : text.slice(0, blank);
  return { head: head === '' ? [] : head.split('\r\n'), rest: blank < 0 ? undefined : text.slice(blank + 4) };
}

/** By hand: a pattern for line ends at the end takes the square of their number. */
function withoutLineEnds(text: string): string {
  let end = text.length;
  while (end >= 2 && text.startsWith('\r\n', end - 2)) end -= 2;
  return text.slice(0, end);
}

/** Whether a length is that of the text, perhaps without the line ends behind it. */
function isLengthOf(length: string | undefined, text: string): boolean {
  if (length === undefined) return true;
  if (!/^\d{1,12}$/.test(length) || Number(length) > text.length) return false;
  return /^(?:\r\n)*$/.test(text.slice(Number(length)));
}

function refuse(message: string): MixedReading {
  return { ok: false, message };
}
