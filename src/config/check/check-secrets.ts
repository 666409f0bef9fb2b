import { secretOrReference, secretReference } from '../../kinds/secret.ts';
import { resolveSecret, type Surroundings } from '../compile/resolve-secret.ts';
import type { Diagnostic } from '../explain/problem.ts';

/** What is wrong with where the secrets lead, told also where other parts of the configuration cannot be read. */
export function checkSecrets(
  raw: unknown,
  allowPlainSecrets: boolean,
  surroundings: Surroundings,
): readonly Diagnostic[] {
  const secret: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'secret') : undefined;
  const schema = allowPlainSecrets ? secretOrReference : secretReference;
  const sources: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  return sources.flatMap((source, index) => {
    const parsed = schema.safeParse(source);
    if (!parsed.success) return [];
    const path = Array.isArray(secret) ? ['secret', index] : ['secret'];
    const resolved = resolveSecret(parsed.data, path, surroundings);
    return resolved.ok ? [] : [resolved.finding];
  });
}
