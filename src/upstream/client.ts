import { Readable } from 'node:stream';
import { buildConnector, errors, Pool } from 'undici';
import type { Content } from '../core/body.ts';
import { type Headers, pairsOf } from '../core/headers.ts';
import { UpstreamFault } from '../core/upstream-fault.ts';
import type { UpstreamAnswer } from '../core/verdict.ts';
import type { OutgoingRequest, UpstreamResponse } from '../ports.ts';

export type UpstreamOptions = {
  /** `http://127.0.0.1:3000`, perhaps with a base path. */
  readonly url: string;
  /** For the first byte of an answer, and between two pieces of it. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Certificates to trust beside the system's, PEM. */
  readonly ca?: string | undefined;
  /** Bytes of an answer that is held in memory. */
  readonly answerLimitBytes: number;
};

/** A keep-alive client for requests that we write ourselves. */
export type Client = {
  request(request: OutgoingRequest): Promise<UpstreamResponse>;
  collect(response: UpstreamResponse): Promise<UpstreamAnswer>;
  /** Lets requests under way finish, for this long at most. */
  close(withinMs?: number): Promise<void>;
};

export function createClient(options: UpstreamOptions): Client {
  const { origin, pathname, host } = new URL(options.url);
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

  return {
    async request({ method, path, headers, body }) {
      try {
        const response = await pool.request({
          method: method as 'POST',
          path: base + path,
          headers: [...framed(headers, method, body), ['host', host]].flat() as string[],
          body: bodyOf(body),
          responseHeaders: 'raw',
        });
        const raw = response.headers as unknown as string[];
        return { status: response.statusCode, headers: pairsOf(raw), body: response.body };
      } catch (error) {
        throw faultOf(error);
      }
    },
    async collect({ status, headers, body }) {
      const pieces: Uint8Array[] = [];
      let length = 0;
      try {
        for await (const piece of body as AsyncIterable<Uint8Array>) {
          length += piece.length;
          if (length > options.answerLimitBytes) throw new RangeError('the answer is too large');
          pieces.push(piece);
        }
      } catch (error) {
        throw faultOf(error);
      }
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

/** One piece is sent as it is; several are streamed from where they are. */
function bodyOf(body: Content | null): Uint8Array | Readable | null {
  if (!body) return null;
  const pieces = body.pieces();
  return Array.isArray(pieces) && pieces.length === 1 ? (pieces[0] as Uint8Array) : Readable.from(pieces);
}

/** A body always goes with its length, and a method that may have one with a length of zero (RFC 9110 §8.6). */
function framed(headers: Headers, method: string, body: Content | null): Headers {
  const length = body?.length ?? (['POST', 'PUT', 'PATCH'].includes(method) ? 0 : undefined);
  return length === undefined ? headers : [...headers, ['content-length', String(length)]];
}

function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  const isTimeout = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return new UpstreamFault('lost', isTimeout, error);
}
