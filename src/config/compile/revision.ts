import { createHash } from 'node:crypto';
import { Secret } from '../../kinds/secret.ts';
import type { Decoded } from '../schema/schema.ts';

/** Twelve hexadecimal digits that stand for the configuration. Secrets, and where they are kept, are left out. */
export function revisionOf(decoded: Decoded): string {
  const told = JSON.stringify(
    { ...decoded, $schema: undefined },
    function (this: object, name, value: unknown) {
      return Reflect.get(this, name) instanceof Secret ? undefined : value;
    },
  );
  return createHash('sha256').update(told).digest('hex').slice(0, 12);
}
