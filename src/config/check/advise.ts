import { isLoopback } from '../../kinds/loopback.ts';
import { type NamedUpstream, upstreamsIn } from '../compile/compile-upstreams.ts';
import type { Diagnostic } from '../explain/problem.ts';
import type { Kinds } from '../schema/known-kinds.ts';
import type { Decoded } from '../schema/schema.ts';
import { adviseChannels, adviseCodeLength, adviseStore } from './advise-kinds.ts';
import { adviseOpenings } from './advise-openings.ts';
import { adviseRule } from './advise-rule.ts';
import { when } from './when.ts';

/** What is accepted and yet deserves a second look. */
export function advise(decoded: Decoded, kinds: Kinds): readonly Diagnostic[] {
  const { listen, store, trustedProxies, channels, rules } = decoded;
  return [
    ...when(
      !isLoopback(listen.host) && !listen.tls && trustedProxies.length === 0,
      ['listen', 'host'],
      'takes plain HTTP from other machines, codes and credentials in clear: set "listen.tls", or name the proxy in front in "trustedProxies"',
    ),
    ...upstreamsIn(decoded).flatMap(adviseUpstream),
    ...when(decoded.mode !== 'enforce', ['mode'], 'guards nothing: every save passes without a code'),
    ...adviseStore(store, kinds),
    ...trustedProxies.flatMap((network, index) =>
      when(
        /\/0$/.test(network),
        ['trustedProxies', index],
        'believes everybody: any client could choose its own address',
      ),
    ),
    ...adviseChannels(channels, kinds),
    ...rules.flatMap((rule, index) => adviseCodeLength(rule, index, channels, kinds)),
    ...(decoded.cors?.origins ?? []).flatMap((origin, index) =>
      when(
        origin.startsWith('http:') && !isLoopback(new URL(origin).hostname),
        ['cors', 'origins', index],
        'comes in clear: whoever is on the way can change the page that asks for codes; use https',
      ),
    ),
    ...adviseOpenings(decoded, kinds),
    ...rules.flatMap((rule, index) => adviseRule(rule, ['rules', index])),
    ...decoded.events.flatMap(({ url }, index) => [
      ...when(
        store.kind === 'memory',
        ['events', index],
        'is kept in memory only: a restart forgets what the receiver was not told yet',
      ),
      ...when(
        url.startsWith('http:') && !isLoopback(new URL(url).hostname),
        ['events', index, 'url'],
        'travels in clear to another machine: use https',
      ),
    ]),
    ...rules.flatMap((rule, index) =>
      when(
        rule.override !== undefined && decoded.callers.length === 0,
        ['rules', index, 'override'],
        'wants verified names, and no "callers" are configured: nobody can vouch for a save',
      ),
    ),
    ...rules.flatMap((rule, index) =>
      when(
        rule.caller && decoded.callers.length === 0,
        ['rules', index, 'caller'],
        'wants a verified name, and no "callers" are configured: every save that needs a code is refused',
      ),
    ),
  ].map((finding) => ({ ...finding, severity: 'warning' as const }));
}

function adviseUpstream({ settings, path }: NamedUpstream): readonly Diagnostic[] {
  const { protocol, hostname } = new URL(settings.url);
  const isPlain = protocol === 'http:';
  return [
    ...when(
      isPlain && !isLoopback(hostname),
      [...path, 'url'],
      'travels in clear to another machine: use https',
    ),
    ...when(isPlain && settings.caFile !== undefined, [...path, 'caFile'], 'has no effect with http'),
  ];
}
