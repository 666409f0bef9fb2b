import { Readable } from 'node:stream';
import type { Pool } from 'undici';
import type { Delivery } from '../ports.ts';
import { deliveryOfFault, deliveryOfStatus } from './http-failure.ts';
import { jsonIn } from './json-members.ts';

/** Where the provider is, and how its answers are read. */
export type HttpDeliveryOptions = {
  /** `https://api.twilio.com`, perhaps with a base path. */
  readonly url: string;
  /** For a whole delivery, from waiting for a connection to the end of the answer. */
  readonly timeoutMs?: number;
  /** The provider's own number for what went wrong, in the JSON of an answer that is no success. */
  readonly faultNumberOf?: (answer: unknown) => unknown;
  /** What an answer means, its text cut at 64 KiB; by default a 2xx is accepted, and the rest is as `http-failure.ts` has it. */
  readonly judge?: (status: number, answer: string) => Delivery;
};

/** One request: `path` follows the base path, and the body goes as it is. A POST where no method is named. */
export type HttpMessage = {
  readonly method?: 'POST' | 'PUT' | 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Hands messages to one provider over connections that are kept. */
export type HttpDelivery = {
  /** Never throws. Sent once: neither repeated nor sent on to where an answer points. */
  send(message: HttpMessage): Promise<Delivery>;
  close(): Promise<void>;
};

const MOST_CONNECTIONS = 20;
const ANSWER_BYTES = 64 * 1024;

/** An HTTP client that says what became of a message: accepted with any 2xx, else as `http-failure.ts` has it. */
export function createHttpDelivery({
  url,
  timeoutMs = 5000,
  faultNumberOf,
  judge,
}: HttpDeliveryOptions): HttpDelivery {
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/$/, '');
  let opened: Promise<Pool> | undefined;

  /** The client is loaded by who sends with it. */
  async function open(): Promise<Pool> {
    const { Pool } = await import('undici');
    return new Pool(origin, {
      allowH2: false,
      connections: MOST_CONNECTIONS,
      connect: { timeout: timeoutMs },
      // The deadline of the whole delivery, below, is a stricter one.
      headersTimeout: 0,
      bodyTimeout: timeoutMs,
    });
  }

  async function send({ method = 'POST', path, headers, body }: HttpMessage): Promise<Delivery> {
    const bytes = Buffer.from(body ?? '');
    // Asked for when a connection is ready to take the request, and not before: until then nothing can have arrived.
    let begun = false;
    async function* pieces() {
      begun = true;
      yield bytes;
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    try {
      opened ??= open();
      const answer = await (await opened).request({
        method,
        path: base + path,
        headers: body === undefined ? headers : { ...headers, 'content-length': String(bytes.length) },
        body: body === undefined ? null : Readable.from(pieces()),
        signal: deadline.signal,
      });
      if (judge) return judge(answer.statusCode, (await textIn(answer.body)) ?? '');
      if (answer.statusCode >= 300)
        return deliveryOfStatus(answer.statusCode, faultNumberOf?.(jsonIn(await textIn(answer.body))));
      answer.body.dump({ limit: ANSWER_BYTES }).catch(() => undefined);
      return { kind: 'accepted' };
    } catch (error) {
      return deliveryOfFault(error, begun);
    } finally {
      clearTimeout(timer);
    }
  }

  return { send, close: async () => (await opened)?.destroy() };
}

/** The text of an answer, as far as it can be read: its status says enough. */
async function textIn(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      length += piece.length;
      if (length > ANSWER_BYTES) return undefined;
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  } catch {
    return undefined;
  }
}
