import type { Problem } from '../../core/verdict/problem.ts';
import { type GuardedExchange, headOf } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { unmappedWrite } from './unmapped.ts';
import { writtenAbout } from './written-about.ts';

/** The refusal of a write whose head says nothing that could be judged. */
export function unknownWrite(
  exchange: GuardedExchange,
  asks: boolean,
  context: Pick<HttpContext, 'otherDoors' | 'modules'>,
): Problem {
  const { mount, dialect } = exchange;
  const about = asks ? undefined : dialect.aboutUnknown?.(headOf(exchange), mount);
  const written = about && writtenAbout(about, exchange);
  return unmappedWrite(exchange, context, written, asks ? undefined : dialect.whyUnknown?.(mount));
}
