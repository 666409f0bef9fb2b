import type { ModuleDefinition } from '../core/saving/module.ts';
import type { Upstream } from '../ports.ts';
import type { UpstreamOptions } from './client.ts';
import { ALL_COOKIES, shareCookies } from './cookies.ts';
import { createUpstream } from './create.ts';

/** One CRM of several: how it is reached, and the cookies that are its own. */
export type NamedWay = UpstreamOptions & { readonly name?: string; readonly cookies?: readonly string[] };

/**
 * The ways to all CRMs by their names: the default first, each with the modules that are there. What is a caller's with one of them never
 * reaches another.
 */
export function createUpstreams(
  ways: readonly [NamedWay, ...NamedWay[]],
  modules: readonly ModuleDefinition[],
): readonly (readonly [string | undefined, Upstream])[] {
  const [first] = ways;
  return ways.map((way) => {
    const isDefault = way === first;
    const own = modules.filter(
      ({ upstream }) => upstream === way.name || (isDefault && upstream === undefined),
    );
    const others = ways.filter((other) => other !== way).flatMap(({ cookies = [] }) => cookies);
    const share = ways.length === 1 ? ALL_COOKIES : shareCookies(way.cookies ?? [], others, isDefault);
    return [way.name, createUpstream(way, own, share)] as const;
  });
}
