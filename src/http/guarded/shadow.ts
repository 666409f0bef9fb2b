import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { canonical, type Headers } from '../../core/wire/headers.ts';
import { pathPatternOf } from '../../core/wire/path-pattern.ts';
import { traceContextOf } from '../../core/wire/trace-context.ts';
import type { Spool } from '../body/spool.ts';
import { type Exchange, streamedHeaders } from '../request/exchange.ts';
import type { Porch } from '../request/porch.ts';

/**
 * Whether what the porch itself would refuse goes on all the same: in shadow mode it does. The one place where the porch tells the
 * log of a decision of its own.
 */
export function letsPass(
  { slug, detail }: Problem,
  { method, headers, target, origin }: Exchange,
  { mode, log, random }: Pick<Porch, 'mode' | 'log' | 'random'>,
): boolean {
  const isShadow = mode === 'shadow';
  const trace = traceContextOf(headers)?.id;
  const about = { decision: random.id(), request: origin.requestId, ...(trace && { trace }) };
  const verdict = isShadow ? { verdict: 'pass', would: slug } : { verdict: slug };
  const details = { ...about, method, path: pathPatternOf(target.path), ...verdict, rules: [], detail };
  log.info(details, `a request ${isShadow ? 'would have been' : 'was'} refused unjudged`);
  return isShadow;
}

/** A request as the client sent it, with the body that was received, but for a compression that was undone. */
export function asItCame(exchange: Exchange, spool: Spool | undefined): OutgoingRequest {
  const { request, target } = exchange;
  const headers: Headers = streamedHeaders(exchange).filter(([name]) => !FRAMING.has(canonical(name)));
  const body = spool ? spool.range(0, spool.length) : null;
  return { method: request.method ?? '', path: target.path + target.query, headers, body };
}

const FRAMING = new Set(['content-length', 'content-encoding']);
