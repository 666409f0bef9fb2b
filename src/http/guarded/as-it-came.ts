import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { canonical, type Headers } from '../../core/wire/headers.ts';
import type { Spool } from '../body/spool.ts';
import { type Exchange, streamedHeaders } from '../request/exchange.ts';

/** A request as the client sent it, with the body that was received, but for a compression that was undone. */
export function asItCame(exchange: Exchange, spool: Spool | undefined): OutgoingRequest {
  const { request, target } = exchange;
  const headers: Headers = streamedHeaders(exchange).filter(([name]) => !FRAMING.has(canonical(name)));
  const body = spool ? spool.range(0, spool.length) : null;
  return { method: request.method ?? '', path: target.path + target.query, headers, body };
}

const FRAMING = new Set(['content-length', 'content-encoding']);
