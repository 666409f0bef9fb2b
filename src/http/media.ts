import { type Headers, valuesOf } from '../core/headers.ts';
import type { Json } from '../core/json.ts';
import { type Problem, problem } from '../core/problem.ts';
import { readJson } from '../core/read-json.ts';

export type MediaReading =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: Problem };

/** `type/subtype` with one optional charset, quoted or not. Source: RFC 9110 §8.3.1. */
const MEDIA_TYPE =
  /^[ \t]*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)[ \t]*(?:;[ \t]*charset=(?:"([\w-]+)"|([\w-]+))[ \t]*)?;?[ \t]*$/i;

/** Headers that name a body's meaning or end, of which two would be one too many for two readers. */
const SINGLE = [
  'host',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'authorization',
  'expect',
];

/** What in a request's head two servers could read differently, or undefined. */
export function headFault(headers: Headers): Problem | undefined {
  const twice = SINGLE.find((name) => valuesOf(headers, name).length > 1);
  if (twice) return problem('request-unreadable', `The header "${twice}" stands twice. Send it once.`);
  const odd = headers.find(
    ([name]) => name.includes('_') && SINGLE.includes(name.toLowerCase().replaceAll('_', '-')),
  );
  if (odd)
    return problem('request-unreadable', `The header "${odd[0]}" is written with "_". Write it with "-".`);
  const [coding] = valuesOf(headers, 'transfer-encoding');
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    return problem('request-unreadable', 'Send the body with Content-Length, or chunked and nothing else.');
  }
  return undefined;
}

/** Reads a body as its head says it is to be read. "Not read" is never "no change": all doubt is a problem. */
export function readMedia(headers: Headers, bytes: Uint8Array): MediaReading {
  const unsupported = (detail: string): MediaReading => ({
    ok: false,
    problem: problem('request-unreadable', detail, { status: 415 }),
  });
  const [encoding = ''] = valuesOf(headers, 'content-encoding');
  if (encoding.trim() !== '') return unsupported('Send the body without Content-Encoding.');
  const [type] = valuesOf(headers, 'content-type');
  const match = MEDIA_TYPE.exec(type ?? '');
  if (match?.[1]?.toLowerCase() !== 'application/json')
    return unsupported('Send the save as JSON, with Content-Type: application/json.');
  const charset = match[2] ?? match[3];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8')
    return unsupported('Send the JSON in UTF-8, and say charset=utf-8 or nothing.');
  const reading = readJson(bytes);
  if (reading.ok) return reading;
  const { message, offset } = reading.fault;
  const detail = `The body is not the JSON that every server reads alike: ${message}, at character ${offset}.`;
  return { ok: false, problem: problem('request-unreadable', detail) };
}
