import { canonical, type Headers } from '../core/headers.ts';
import type { Problem } from '../core/problem.ts';
import type { OutgoingRequest } from '../ports.ts';
import { type Exchange, streamedHeaders } from './exchange.ts';
import type { Porch } from './porch.ts';
import type { Spool } from './spool.ts';

/** Whether what the porch itself would refuse goes on all the same: in shadow mode it does, and is logged. */
export function letsPass(
  { slug, detail }: Problem,
  { method, origin }: Exchange,
  { mode, log }: Pick<Porch, 'mode' | 'log'>,
): boolean {
  if (mode !== 'shadow') return false;
  const details = { request: origin.requestId, mode, would: slug, method, detail };
  log.info(details, 'a request would have been refused');
  return true;
}

/** A request whose body was received, as the client sent it, but for a compression that was undone. */
export function asItCame(exchange: Exchange, spool: Spool): OutgoingRequest {
  const { method, target } = exchange;
  const headers: Headers = streamedHeaders(exchange).filter(([name]) => !FRAMING.has(canonical(name)));
  return { method, path: target.path + target.query, headers, body: spool.range(0, spool.length) };
}

const FRAMING = new Set(['content-length', 'content-encoding']);
