import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { Keyring } from '../ports.ts';
import { deriveKeys, type SecretKey } from './secret-key.ts';

type Purpose = Parameters<Keyring['digests']>[0];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Digests are HMAC-SHA-256 in base64url, with a key of their own for each purpose. Sealed texts are
 * `<key id>.<nonce ‖ ciphertext ‖ tag>` by AES-256-GCM with a random nonce, the context authenticated with them. Secrets newest
 * first; `CountersignError('config-invalid')` where there is none, or one under 32 bytes.
 */
export function createKeyring(secrets: readonly string[]): Keyring {
  const digestKeys: Readonly<Record<Purpose, ReturnType<typeof deriveKeys>>> = {
    row: deriveKeys(secrets, 'row'),
    binding: deriveKeys(secrets, 'binding'),
    address: deriveKeys(secrets, 'address'),
    save: deriveKeys(secrets, 'save'),
    limit: deriveKeys(secrets, 'limit'),
    grant: deriveKeys(secrets, 'grant'),
    page: deriveKeys(secrets, 'page'),
  };
  const sealKeys = deriveKeys(secrets, 'seal');

  return {
    digests(purpose, text) {
      const [newest, ...earlier] = digestKeys[purpose];
      return [digestOf(newest, text), ...earlier.map((key) => digestOf(key, text))];
    },
    plainDigest: (text) => createHash('sha256').update(text).digest('base64url'),
    seal: (text, context) => sealed(sealKeys[0], text, context),
    open(text, context) {
      const [keyId, body = ''] = text.split('.', 2);
      const key = sealKeys.find(({ id }) => id === keyId);
      return key && opened(key, Buffer.from(body, 'base64url'), context);
    },
  };
}

function digestOf(key: SecretKey, text: string): string {
  return createHmac('sha256', key.bytes).update(text).digest('base64url');
}

function sealed(key: SecretKey, text: string, context: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce).setAAD(Buffer.from(context));
  const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return `${key.id}.${Buffer.concat(parts).toString('base64url')}`;
}

function opened(key: SecretKey, body: Buffer, context: string): string | undefined {
  if (body.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = body.subarray(0, NONCE_BYTES);
  // Whole tags only: GCM as such takes one of four bytes, which can be guessed.
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(body.subarray(-TAG_BYTES));
  try {
    const text = [decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch {
    return undefined;
  }
}
