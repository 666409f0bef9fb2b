import { type Revealed, Secret } from '../../kinds/secret.ts';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import { resolveText, type Surroundings } from './resolve-secret.ts';

/**
 * The settings with each secret in them fetched, as a member that is not enumerable. What cannot be fetched is added to the findings,
 * and empty.
 */
export function reveal<T>(
  settings: T,
  path: ConfigPath,
  surroundings: Surroundings,
  findings: Diagnostic[],
): Revealed<T> {
  const revealed = (value: unknown, at: ConfigPath): unknown => {
    if (value instanceof Secret) {
      const resolved = resolveText(value, at, surroundings);
      if (!resolved.ok) findings.push(resolved.finding);
      return resolved.ok ? resolved.value : '';
    }
    if (Array.isArray(value)) return value.map((item, index) => revealed(item, [...at, index]));
    if (typeof value !== 'object' || value === null) return value;
    const copy = {};
    for (const [name, member] of Object.entries(value))
      Object.defineProperty(copy, name, {
        value: revealed(member, [...at, name]),
        enumerable: !holdsSecret(member),
        configurable: true,
      });
    return copy;
  };
  return revealed(settings, path) as Revealed<T>;
}

function holdsSecret(value: unknown): boolean {
  return value instanceof Secret || (Array.isArray(value) && value.some(holdsSecret));
}
