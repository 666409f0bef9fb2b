import { createHmac } from 'node:crypto';
import { CountersignError } from '../core/fault.ts';

/** The signature of a message under one key, `v1,` and Base64. */
export function signatureOf(key: Buffer, id: string, timestamp: string, body: string | Uint8Array): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** The key that a secret stands for. `CountersignError('config-invalid')` where it stands for none. */
export function keyOf(secret: string): Buffer {
  const [, written = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(written, 'base64');
  if (key.length >= 24 && key.length <= 64) return key;
  throw new CountersignError(
    'config-invalid',
    'the secret of a webhook is whsec_ and Base64 of 24 to 64 bytes',
  );
}

/** Whether the text could be such a secret. */
export function isWebhookSecret(text: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(text);
}

/**
 * The headers of one try to hand a message over, signed with each key, so that a receiver can change from one to the next.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  keys: readonly Buffer[],
  id: string,
  now: number,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => signatureOf(key, id, timestamp, body)).join(' '),
  };
}
