import type { CallerSource } from '../../core/saving/caller.ts';
import type { Decoded } from '../schema/schema.ts';
import { type Resolved, resolveSecret, type Surroundings } from './resolve-secret.ts';
import { withHidden } from './snapshot.ts';

/** The sources of callers' names, with their secrets. `keep` takes what is wrong with one that cannot be found. */
export function compileCallers(
  callers: Decoded['callers'],
  surroundings: Surroundings,
  keep: (resolved: Resolved) => readonly string[],
): readonly CallerSource[] {
  return callers.flatMap((source, index): readonly CallerSource[] => {
    if ('basic' in source) return [{ kind: 'basic' }];
    if ('header' in source) return [{ kind: 'header', name: source.header }];
    const { jwksUrl, secret, user, role, issuer, audience } = source.jwt;
    const rest = {
      kind: 'jwt',
      user,
      ...(role !== undefined && { role }),
      ...(issuer !== undefined && { issuer }),
      ...(audience !== undefined && { audience }),
    } as const;
    if (jwksUrl !== undefined) return [{ ...rest, keys: { jwksUrl } }];
    if (secret === undefined) return [];
    const found = keep(resolveSecret(secret, ['callers', index, 'jwt', 'secret'], surroundings));
    return found.map((value) => ({ ...rest, keys: withHidden({}, { secret: value }) }));
  });
}
