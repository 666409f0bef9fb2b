import { Agent, request } from 'undici';
import type { Clock } from '../ports.ts';
import { keyOf, signedHeaders } from '../webhooks/signature.ts';
import type { KeptEvent } from './kept-event.ts';

/** Hands events to one receiver. */
export type Post = {
  /** Tries once. True where the receiver took it: any 2xx. It is never sent on to where an answer points. */
  send(event: KeptEvent): Promise<boolean>;
  close(): Promise<void>;
};

const TRY_MS = 5000;

/** `CountersignError('config-invalid')` where a secret is none. */
export function createPost(url: string, secrets: readonly string[], clock: Clock): Post {
  const keys = secrets.map(keyOf);
  const dispatcher = new Agent({ connections: 10, connect: { timeout: TRY_MS } });
  return {
    async send({ id, kind, at, data }) {
      const body = JSON.stringify({ type: kind, timestamp: at, data });
      try {
        const answer = await request(url, {
          dispatcher,
          method: 'POST',
          headers: signedHeaders(keys, id, clock.now(), body),
          body,
          signal: AbortSignal.timeout(TRY_MS),
        });
        await answer.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
        return answer.statusCode >= 200 && answer.statusCode < 300;
      } catch {
        return false;
      }
    },
    close: () => dispatcher.destroy(),
  };
}
