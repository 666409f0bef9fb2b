import type { Diagnostic } from '../explain/problem.ts';
import { nearest } from '../explain/suggest.ts';
import type { Decoded } from '../schema/schema.ts';
import { moduleOfRelation } from './check-members.ts';

/** Names of upstreams that lead nowhere, and what would carry a caller's credentials from one to another. */
export function checkUpstreams(decoded: Decoded): readonly Diagnostic[] {
  const { upstream, upstreams, modules, passthrough, routes } = decoded;
  const known = Object.keys(upstreams);
  const named = (name: string | undefined, ...path: Diagnostic['path']): readonly Diagnostic[] =>
    name === undefined || known.includes(name)
      ? []
      : [{ path, message: `there is no upstream "${name}"`, suggestion: nearest(name, known) }];
  return [
    ...(typeof upstream === 'string' ? named(upstream, 'upstream') : []),
    ...Object.entries(modules).flatMap(([name, entry]) => named(entry.upstream, 'modules', name, 'upstream')),
    ...passthrough.flatMap((entry, index) =>
      typeof entry === 'string' ? [] : named(entry.upstream, 'passthrough', index, 'upstream'),
    ),
    ...routes.flatMap((route, index) => named(route.upstream, 'routes', index, 'upstream')),
    ...addressesElsewhere(decoded),
    ...relationsElsewhere(decoded),
    ...mountsOfTwo(decoded),
    ...cookiesOfTwo(decoded),
  ];
}

type Modules = Pick<Decoded, 'modules' | 'upstream'>;

/** The name of the upstream of a module; undefined for the default. */
function homeOf(name: string, { modules, upstream }: Modules): string | undefined {
  const home = modules[name]?.upstream;
  return home === upstream ? undefined : home;
}

/** Another module's record is read with the credentials that came with the save, and those are for its upstream alone. */
function addressesElsewhere(decoded: Decoded): readonly Diagnostic[] {
  return decoded.rules.flatMap((rule, index) =>
    rule.send.to.flatMap(({ address }, place): readonly Diagnostic[] => {
      if (typeof address === 'string' || decoded.modules[address.module] === undefined) return [];
      if (homeOf(address.module, decoded) === homeOf(rule.module, decoded)) return [];
      const path = ['rules', index, 'send', 'to', place, 'address', 'module'];
      return [
        {
          path,
          message: `is at another upstream than ${rule.module}: the credentials of callers never cross`,
        },
      ];
    }),
  );
}

function relationsElsewhere(decoded: Decoded): readonly Diagnostic[] {
  return Object.entries(decoded.modules).flatMap(([name, { relations }]) =>
    Object.entries(relations).flatMap(([member, target]): readonly Diagnostic[] => {
      const other = moduleOfRelation(target);
      if (decoded.modules[other] === undefined || homeOf(other, decoded) === homeOf(name, decoded)) return [];
      return [
        {
          path: ['modules', name, 'relations', member],
          message: `is a module at another upstream: no save of ${name} reaches its records`,
        },
      ];
    }),
  );
}

/** Modules of one path are one mount, which leads to one CRM. */
function mountsOfTwo(decoded: Decoded): readonly Diagnostic[] {
  const entries = Object.entries(decoded.modules);
  return entries.flatMap(([name, { path }], index): readonly Diagnostic[] => {
    const twin = entries
      .slice(0, index)
      .find(([other, entry]) => entry.path === path && homeOf(other, decoded) !== homeOf(name, decoded));
    if (!twin) return [];
    return [
      {
        path: ['modules', name, 'upstream'],
        message: `is another than that of ${twin[0]}, which has the same path`,
      },
    ];
  });
}

function cookiesOfTwo({ upstreams }: Decoded): readonly Diagnostic[] {
  const owners = new Map<string, string>();
  return Object.entries(upstreams).flatMap(([name, { cookies }]) =>
    cookies.flatMap((cookie, index): readonly Diagnostic[] => {
      const owner = owners.get(cookie);
      owners.set(cookie, owner ?? name);
      return owner === undefined
        ? []
        : [{ path: ['upstreams', name, 'cookies', index], message: `is a cookie of ${owner} already` }];
    }),
  );
}
