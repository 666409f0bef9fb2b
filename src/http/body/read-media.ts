import { isAscii } from 'node:buffer';
import type { ModuleDefinition } from '../../core/saving/module.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Body, BodyEntry } from '../../core/wire/body.ts';
import { type Headers, valuesOf } from '../../core/wire/headers.ts';
import { isJsonType, type MediaType, readMediaType } from '../../core/wire/media-type.ts';
import { readForm } from '../../core/wire/read-form.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect } from '../../dialects/dialect.ts';
import { readMultipart } from './multipart.ts';
import { readMixed } from './read-mixed.ts';
import type { Spool } from './spool.ts';

/** A body, with the media type by which it is sent on, or why it cannot be read. */
export type MediaReading =
  | { readonly ok: true; readonly body: Body; readonly mediaType: string }
  | { readonly ok: false; readonly problem: Problem };

/** How a module's bodies are to be read beyond what their heads say. */
export type MediaRules = {
  readonly assume: ModuleDefinition['assume'];
  /** Media types that are read as JSON beside those that say so. */
  readonly mediaTypes?: readonly string[];
  /** How the CRM reads a `Content-Type`, where it knows more than others. */
  readonly readMediaType?: Dialect['readMediaType'];
  /** Whether batches in multipart/mixed are read, too. */
  readonly readsMixed?: boolean | undefined;
  /** Bytes of all that is read into memory; files of a multipart form are not. */
  readonly fieldBytes: number;
};

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';
const MIXED = 'multipart/mixed';

/** Reads a body as its head says it is to be read. "Not read" is never "no change": all doubt is a problem. */
export function readMedia(
  headers: Headers,
  spool: Spool,
  rules: MediaRules,
): MediaReading | Promise<MediaReading> {
  const [text = ''] = valuesOf(headers, 'content-type');
  const type = (rules.readMediaType ?? readMediaType)(text);
  if (type?.essence === MULTIPART) return readParts(type, spool, rules);
  if (type?.essence === MIXED && rules.readsMixed) return readCalls(type, spool, rules);
  const bytes = spool.read(0, spool.length);
  return bytes instanceof Promise
    ? bytes.then((read) => readText(type, read, rules))
    : readText(type, bytes, rules);
}

function readText(type: MediaType | undefined, bytes: Uint8Array, rules: MediaRules): MediaReading {
  if (type && (isJsonType(type.essence) || rules.mediaTypes?.includes(type.essence)))
    return readDocument(type.essence + type.manner, type.charset, bytes);
  if (type?.essence !== FORM)
    return refuse(`Send the save with Content-Type application/json, ${FORM} or ${MULTIPART}.`, 415);
  if (!looksLikeJson(bytes)) return readEntries(type.charset, bytes);
  if (rules.assume === 'json') return readDocument('application/json', type.charset, bytes);
  return refuse(
    `The body is JSON, but its Content-Type says ${FORM}. Send Content-Type: application/json (with curl: -H).`,
    415,
  );
}

function readDocument(mediaType: string, charset: string | undefined, bytes: Uint8Array): MediaReading {
  if (!mayLabel(charset, bytes))
    return refuse('Send the JSON in UTF-8, and say charset=utf-8 or nothing.', 415);
  const reading = readJson(bytes);
  if (reading.ok) {
    const { value, isExact } = reading;
    return {
      ok: true,
      mediaType,
      body: { kind: 'json', value, ...(isExact && { exact: { of: value, bytes } }) },
    };
  }
  const { message, offset } = reading.fault;
  return refuse(
    `The body is not the JSON that every server reads alike: ${message}, at character ${offset}.`,
    400,
  );
}

function readEntries(charset: string | undefined, bytes: Uint8Array): MediaReading {
  const reading = readForm(bytes);
  if (!reading.ok) return refuse(`The body cannot be read: ${reading.message}.`, 400);
  const { entries } = reading;
  if (
    !mayLabel(charset, bytes) ||
    (charset !== undefined && charset !== 'utf-8' && !entries.every(isAsciiEntry))
  ) {
    return refuse('Send the form in UTF-8, and say charset=utf-8 or nothing.', 415);
  }
  return { ok: true, mediaType: FORM, body: { kind: 'form', entries } };
}

async function readParts(
  { boundary, charset }: MediaType,
  spool: Spool,
  rules: MediaRules,
): Promise<MediaReading> {
  if (boundary === undefined || (charset ?? 'utf-8') !== 'utf-8') {
    return refuse('Send the multipart form with one boundary and in UTF-8.', 415);
  }
  const reading = await readMultipart(spool, boundary, rules.fieldBytes);
  if (!reading.ok)
    return refuse(`The multipart form is not one that every server reads alike: ${reading.message}.`, 400);
  return { ok: true, mediaType: MULTIPART, body: { kind: 'multipart', entries: reading.entries } };
}

async function readCalls({ boundary }: MediaType, spool: Spool, rules: MediaRules): Promise<MediaReading> {
  if (boundary === undefined) return refuse('Send the batch with one boundary.', 415);
  if (spool.length > rules.fieldBytes) return refuse(`A batch has at most ${rules.fieldBytes} bytes.`, 413);
  const reading = readMixed(
    await spool.read(0, spool.length),
    boundary,
    rules.readMediaType ?? readMediaType,
  );
  return reading.ok
    ? { ok: true, mediaType: MIXED, body: { kind: 'json', value: reading.value, isMixed: true } }
    : refuse(`The batch is not one that every server reads alike: ${reading.message}.`, 400);
}

/** UTF-8 under its own name; ASCII under any, since it is sent on as UTF-8. */
function mayLabel(charset: string | undefined, bytes: Uint8Array): boolean {
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || isAscii(bytes);
}

function isAsciiEntry({ name, value }: BodyEntry): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  return /^[\u0000-\u007f]*$/.test(`${name}${value}`);
}

function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b || first === 0x5b;
}

function refuse(detail: string, status: number): MediaReading {
  return { ok: false, problem: problem('request-unreadable', detail, { status }) };
}
