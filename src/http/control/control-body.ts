import { type Problem, problem } from '../../core/verdict/problem.ts';
import { treeOf } from '../../core/wire/body.ts';
import { isObject, type JsonObject } from '../../core/wire/json.ts';
import { readMedia } from '../body/read-media.ts';
import type { Spool } from '../body/spool.ts';
import type { Exchange } from '../request/exchange.ts';
import { headFault } from '../request/head-fault.ts';

/** The body of a control call: an object, or nothing, which is an empty one. */
export type CallBodyReading =
  | { readonly ok: true; readonly body: JsonObject }
  | { readonly ok: false; readonly problem: Problem };

/** Reads the body of a call: one object, or nothing. Whatever else it is, is a problem. */
export async function readCallBody(
  { headers }: Pick<Exchange, 'headers'>,
  spool: Spool,
  fieldBytes: number,
): Promise<CallBodyReading> {
  if (spool.length === 0) return { ok: true, body: new Map() };
  const fault = headFault(headers);
  if (fault) return { ok: false, problem: fault };
  const reading = await readMedia(headers, spool, { assume: undefined, fieldBytes });
  if (!reading.ok) return reading;
  const body = treeOf(reading.body);
  if (isObject(body)) return { ok: true, body };
  return { ok: false, problem: problem('request-unreadable', 'The body is one object, or empty.') };
}

/** Whether the body has these members and no others. */
export function hasOnly(body: JsonObject, ...names: readonly string[]): boolean {
  return body.size === names.length && names.every((name) => body.has(name));
}
