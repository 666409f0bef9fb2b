import { Readable } from 'node:stream';
import { buildConnector, errors, Pool } from 'undici';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { OutgoingRequest } from '../core/verdict/cleared.ts';
import type { UpstreamAnswer } from '../core/verdict/verdict.ts';
import type { Content } from '../core/wire/body.ts';
import { type Headers, valuesOf } from '../core/wire/headers.ts';
import type { UpstreamResponse } from '../ports.ts';
import { Answer } from './answer.ts';

/** How one CRM is reached, and how long it may take. Times in milliseconds. */
export type UpstreamOptions = {
  /** `http://127.0.0.1:3000`, perhaps with a base path. */
  readonly url: string;
  /** For the first byte of an answer, and between two pieces of one that is read by us. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Whether the CRM sees the Host that the client asked for; its own by default. */
  readonly host?: 'keep' | 'upstream';
  /** Certificates to trust beside the system's, PEM. */
  readonly ca?: string | undefined;
  /** Bytes of an answer that is held in memory. */
  readonly answerLimitBytes: number;
};

/** A request as it goes on the wire. */
export type FramedRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Where the headers do not say it. */
  readonly length?: number | undefined;
  readonly body: Uint8Array | Readable | null;
  /** Whether the answer may take its time between two pieces, as a stream of events does. */
  readonly isStream?: boolean;
};

/** A keep-alive client for one CRM. */
export type Client = {
  /** Sends a request as it is; its answer may be given up at any time. */
  send(request: FramedRequest): Answer;
  /** Sends a request that we write ourselves. */
  request(request: OutgoingRequest): Promise<UpstreamResponse>;
  collect(response: UpstreamResponse): Promise<UpstreamAnswer>;
  /** Lets requests under way finish, for this long at most. */
  close(withinMs?: number): Promise<void>;
};

/** A client for one CRM. Nothing is sent a second time by itself: what fails to connect is `UpstreamFault` `unreached`, all else `lost`. */
export function createClient(options: UpstreamOptions): Client {
  const { origin, pathname } = new URL(options.url);
  const hostOf = createHosts(options);
  const base = pathname.replace(/\/$/, '');
  const dial = buildConnector({
    allowH2: false,
    timeout: options.connectTimeoutMs,
    ...(options.ca ? { ca: options.ca } : {}),
  });
  const pool = new Pool(origin, {
    allowH2: false,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    // A failure to connect is the one failure that is known to have saved nothing, so it is marked where it happens.
    connect: (target, done) =>
      dial(target, (error, socket) =>
        error
          ? done(new UpstreamFault('unreached', error instanceof errors.ConnectTimeoutError, error), null)
          : done(null, socket),
      ),
  });

  function send({ method, path, headers, length, body, isStream }: FramedRequest): Answer {
    const answer = new Answer();
    const flat = ['host', hostOf(headers)];
    for (const [name, value] of headers) flat.push(name, value);
    if (length !== undefined) flat.push('content-length', String(length));
    try {
      const request = { method: method as 'POST', path: base + path, headers: flat, body };
      pool.dispatch(isStream ? { ...request, bodyTimeout: 0 } : request, answer);
    } catch (error) {
      answer.onResponseError(undefined, error as Error);
    }
    return answer;
  }

  return {
    send,
    request: ({ method, path, headers, body }) =>
      send({ method, path, headers, length: lengthOf(method, body), body: bodyOf(body) }).head,
    async collect({ status, headers, body }) {
      const pieces: Uint8Array[] = [];
      let length = 0;
      await body.each((piece) => {
        length += piece.length;
        if (length > options.answerLimitBytes)
          throw new UpstreamFault('unread', false, new RangeError('the answer is too large'));
        pieces.push(piece);
        return undefined;
      });
      return { status, headers, body: Buffer.concat(pieces) };
    },
    async close(withinMs) {
      const late = withinMs === undefined ? undefined : setTimeout(() => void pool.destroy(), withinMs);
      await pool.close().catch((error: unknown) => {
        if (!(error instanceof errors.ClientDestroyedError)) throw error;
      });
      clearTimeout(late);
    },
  };
}

/** What the CRM sees as its Host: the one that the client asked for is what we say in `X-Forwarded-Host`, and no word of the client's own. */
export function createHosts({
  url,
  host,
}: Pick<UpstreamOptions, 'url' | 'host'>): (headers: Headers) => string {
  const own = new URL(url).host;
  return host === 'keep' ? (headers) => valuesOf(headers, 'x-forwarded-host')[0] ?? own : () => own;
}

/** One piece is sent as it is; several are streamed from where they are. */
function bodyOf(body: Content | null): Uint8Array | Readable | null {
  if (!body) return null;
  const pieces = body.pieces();
  return Array.isArray(pieces) && pieces.length === 1 ? (pieces[0] as Uint8Array) : Readable.from(pieces);
}

/** A body always goes with its length, and a method that may have one with a length of zero (RFC 9110 §8.6). */
function lengthOf(method: string, body: Content | null): number | undefined {
  return body?.length ?? (['POST', 'PUT', 'PATCH'].includes(method) ? 0 : undefined);
}
