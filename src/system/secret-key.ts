import { createHash, hkdfSync } from 'node:crypto';
import { CountersignError } from '../core/fault.ts';

/** A key for one purpose, made from a configured secret, and the name under which it is found again. */
export type SecretKey = { readonly id: string; readonly bytes: Buffer };

const MIN_SECRET_BYTES = 32;

/**
 * One key a secret, in the order of the secrets. Keys of different purposes have nothing to do with each other (HKDF, RFC 5869).
 * `CountersignError('config-invalid')` where there is no secret, or one under 32 bytes: a short one could be guessed by whoever
 * has the store.
 */
export function deriveKeys(
  secrets: readonly string[],
  purpose: string,
): readonly [SecretKey, ...SecretKey[]] {
  for (const [index, secret] of secrets.entries()) {
    if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) continue;
    throw new CountersignError(
      'config-invalid',
      `secret ${index + 1} is shorter than ${MIN_SECRET_BYTES} bytes`,
    );
  }
  const [newest, ...earlier] = secrets.map((secret) => deriveKey(secret, purpose));
  if (!newest) throw new CountersignError('config-invalid', 'there is no secret');
  return [newest, ...earlier];
}

function deriveKey(secret: string, purpose: string): SecretKey {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', `countersign/1/${purpose}`, 32));
  return { id: createHash('sha256').update(bytes).digest('base64url').slice(0, 8), bytes };
}
