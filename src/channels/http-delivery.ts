import { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Delivery } from '../ports.ts';
import { deliveryOfFault, deliveryOfStatus } from './http-failure.ts';

export type HttpDeliveryOptions = {
  /** `https://api.twilio.com`, perhaps with a base path. */
  readonly url: string;
  /** For a whole delivery, from waiting for a connection to the end of the answer. */
  readonly timeoutMs?: number;
  /** The provider's own number for what went wrong, in the JSON of an answer that is no success. */
  readonly faultNumberOf?: (answer: unknown) => unknown;
};

/** One request: `path` follows the base path, and the body goes as it is. */
export type HttpMessage = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Posts messages to one provider over connections that are kept. */
export type HttpDelivery = {
  /** Never throws. Sent once: neither repeated nor sent on to where an answer points. */
  post(message: HttpMessage): Promise<Delivery>;
  close(): Promise<void>;
};

const MOST_CONNECTIONS = 20;
const ANSWER_BYTES = 64 * 1024;

/** An HTTP client that says what became of a message: accepted with any 2xx, else as `http-failure.ts` has it. */
export function createHttpDelivery({
  url,
  timeoutMs = 5000,
  faultNumberOf,
}: HttpDeliveryOptions): HttpDelivery {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, {
    allowH2: false,
    connections: MOST_CONNECTIONS,
    connect: { timeout: timeoutMs },
    // The deadline of the whole delivery, below, is a stricter one.
    headersTimeout: 0,
    bodyTimeout: timeoutMs,
  });

  async function post({ path, headers, body }: HttpMessage): Promise<Delivery> {
    const bytes = Buffer.from(body);
    // Asked for when a connection is ready to take the request, and not before: until then nothing can have arrived.
    let begun = false;
    async function* pieces() {
      begun = true;
      yield bytes;
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      const answer = await pool.request({
        method: 'POST',
        path: base + path,
        headers: { ...headers, 'content-length': String(bytes.length) },
        body: Readable.from(pieces()),
        signal: deadline.signal,
      });
      if (answer.statusCode >= 300)
        return deliveryOfStatus(answer.statusCode, faultNumberOf?.(await jsonIn(answer.body)));
      answer.body.dump({ limit: ANSWER_BYTES }).catch(() => undefined);
      return { kind: 'accepted' };
    } catch (error) {
      return deliveryOfFault(error, begun);
    } finally {
      clearTimeout(timer);
    }
  }

  return { post, close: () => pool.destroy() };
}

/** What an answer holds, as far as it can be read: its status says enough. */
async function jsonIn(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      length += piece.length;
      if (length > ANSWER_BYTES) return undefined;
      pieces.push(piece);
    }
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    return undefined;
  }
}
