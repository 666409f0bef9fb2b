import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash as argon2, argon2id } from 'argon2';
import type { CodeHasher } from '../ports.ts';
import { deriveKeys, type SecretKey } from './secret-key.ts';
import { createSemaphore } from './semaphore.ts';
import { lowerPoolPriority } from './thread-priority.ts';

let isPoolLowered = false;

/** The secrets, and what a code may cost. */
export type HasherOptions = {
  /** Newest first; the others are being rotated out. */
  readonly secrets: readonly string[];
  /** How many codes are hashed at once. Each takes a thread of libuv's pool, which has four, away from files and DNS. */
  readonly concurrency?: number;
  /** How many may wait for their turn. */
  readonly queue?: number;
  readonly timeCost?: number;
  readonly memoryKiB?: number;
};

const VERIFIER = /^v1\$([\w-]{8})\$([\w-]{22})\$([\w-]{43})$/;

/**
 * Verifiers `v1$<key id>$<salt>$<hash>` with `argon2id(HMAC-SHA-256(K, context ‖ 0x00 ‖ code))`. A million codes are tried
 * quickly whatever argon2 costs, so the key is the protection: without the secret a stored verifier says nothing.
 * The cost is ours (OWASP's: 19 MiB, two passes, one lane), never one that a stored text names, which could be made ruinous or
 * worthless; hence a raw hash, compared here, and not the argon2 package's `verify`.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
export function createCodeHasher({
  secrets,
  concurrency = 2,
  queue = 64,
  timeCost = 2,
  memoryKiB = 19_456,
}: HasherOptions): CodeHasher {
  const keys = deriveKeys(secrets, 'code');
  const semaphore = createSemaphore(concurrency, queue);

  function digest(key: SecretKey, salt: Buffer, code: string, context: string): Promise<Buffer> {
    // A code has no zero byte, so the last one ends the context, whatever that holds.
    const keyed = createHmac('sha256', key.bytes).update(`${context}\0${code}`).digest();
    const cost = { timeCost, memoryCost: memoryKiB, parallelism: 1, hashLength: 32 };
    return semaphore.run(async () => {
      const hashing = argon2(keyed, { type: argon2id, ...cost, salt, raw: true });
      // The pool's threads are there from its first use on.
      if (!isPoolLowered) lowerPoolPriority();
      isPoolLowered = true;
      return hashing;
    });
  }

  return {
    async hash(code, context) {
      const salt = randomBytes(16);
      const hashed = await digest(keys[0], salt, code, context);
      return `v1$${keys[0].id}$${salt.toString('base64url')}$${hashed.toString('base64url')}`;
    },
    async matches(verifier, code, context) {
      const [, keyId, salt = '', stored = ''] = VERIFIER.exec(verifier) ?? [];
      const key = keys.find(({ id }) => id === keyId);
      if (!key) return false;
      const hashed = await digest(key, Buffer.from(salt, 'base64url'), code, context);
      return timingSafeEqual(hashed, Buffer.from(stored, 'base64url'));
    },
  };
}
