import { guardedNames } from '../../core/likeness/guarded-names.ts';
import { overriddenMethods } from '../../core/wire/headers.ts';
import { OVERRIDE_FIELDS } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Exchange } from './exchange.ts';

/** Names by which a request means another method than its own. */
export const OVERRIDES = guardedNames(OVERRIDE_FIELDS, []);

/** The methods, in capitals, that a request names beside that of its first line: in its head, or in its query, where WordPress looks whatever that one is. */
export function meantMethods({ headers, target }: Pick<Exchange, 'headers' | 'target'>): readonly string[] {
  const queried = target.query === '' ? [] : readQuery(target.query);
  return [
    ...overriddenMethods(headers),
    ...queried
      .filter(([name]) => OVERRIDES.meaningsOf(name).length > 0)
      .map(([, value]) => value.trim().toUpperCase()),
  ];
}
