import type { IncomingMessage } from 'node:http';
import { type Problem, problem } from '../core/problem.ts';

/** Limits for bodies that are held in memory: bytes of one, time for one, bytes of all at once. */
export type BodyLimits = {
  readonly limitBytes: number;
  readonly timeoutMs: number;
  readonly budgetBytes: number;
};

export type BodyReading =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: Problem };

export type BodyReader = {
  /** Reads a body to its end, then runs the task with it; its bytes count against the budget until the task is done. */
  withBody<T>(request: IncomingMessage, task: (reading: BodyReading) => Promise<T>): Promise<T>;
};

export function createBodyReader({ limitBytes, timeoutMs, budgetBytes }: BodyLimits): BodyReader {
  let held = 0;

  /** Collects a body. `take` reserves bytes of the budget as they come, so that slow bodies cost what they hold. */
  async function collect(request: IncomingMessage, take: (bytes: number) => boolean): Promise<BodyReading> {
    const { promise, resolve } = Promise.withResolvers<BodyReading>();
    const refuse = (status: number, detail: string, retryAfterSeconds?: number) => {
      request.pause();
      const extras =
        retryAfterSeconds === undefined
          ? { status, close: true }
          : { status, close: true, retryAfterSeconds };
      resolve({ ok: false, problem: problem('request-unreadable', detail, extras) });
    };
    const announced = Number(request.headers['content-length'] ?? 0);
    const tooLarge = `The body is larger than ${limitBytes} bytes, which is the limit for saves on this path.`;
    if (announced > limitBytes) {
      refuse(413, tooLarge);
      return promise;
    }
    const pieces: Buffer[] = [];
    let length = 0;
    const timer = setTimeout(() => refuse(408, 'The body did not arrive in time.'), timeoutMs);
    const onData = (piece: Buffer) => {
      length += piece.length;
      if (length > limitBytes) return refuse(413, tooLarge);
      if (!take(piece.length)) return refuse(503, 'Too many saves are being read at once. Try again.', 1);
      pieces.push(piece);
    };
    const onEnd = () => resolve({ ok: true, bytes: Buffer.concat(pieces) });
    const onGone = () =>
      resolve({ ok: false, problem: problem('request-unreadable', 'The body was cut.', { close: true }) });
    request.on('data', onData).once('end', onEnd).once('error', onGone).once('close', onGone);
    const reading = await promise;
    clearTimeout(timer);
    request.off('data', onData).off('end', onEnd).off('close', onGone);
    return reading;
  }

  return {
    async withBody(request, task) {
      let mine = 0;
      try {
        const reading = await collect(request, (bytes) => {
          if (held + bytes > budgetBytes) return false;
          held += bytes;
          mine += bytes;
          return true;
        });
        return await task(reading);
      } finally {
        held -= mine;
      }
    },
  };
}
