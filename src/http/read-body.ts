import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { type Problem, problem } from '../core/problem.ts';
import { CODINGS, decodeContent } from './decode-content.ts';
import { createSpool, type Spool } from './spool.ts';

/** `uploadBytes` is for a body with files, `memoryBytes` what of such a one stays in memory; `budgetBytes` and `diskBytes` are what all of them may hold there and on the disk. */
export type BodyLimits = {
  readonly limitBytes: number;
  readonly uploadBytes: number;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly budgetBytes: number;
  readonly diskBytes: number;
};

export type BodyReading =
  | { readonly ok: true; readonly spool: Spool }
  | { readonly ok: false; readonly problem: Problem };

export type BodyReader = {
  /** Reads a body to its end, undoes its compression, then runs the task with it; what it holds is free when the task is done. */
  withBody<T>(request: IncomingMessage, task: (reading: BodyReading) => Promise<T>): Promise<T>;
};

export function createBodyReader(limits: BodyLimits): BodyReader {
  const { timeoutMs, memoryBytes } = limits;
  const memory = createBudget(limits.budgetBytes);
  const disk = createBudget(limits.diskBytes);

  /**
   * Fills the spool from the source: at once where the whole body came with its head, else by events, since an iterator over a
   * stream costs more than all else that is done with a small body. `take` reserves room as bytes come, so that slow bodies
   * cost what they hold.
   */
  function fill(
    spool: Spool,
    source: IncomingMessage | Readable,
    { limitBytes, inMemoryBytes }: { readonly limitBytes: number; readonly inMemoryBytes: number },
    take: (inMemory: number, onDisk: number) => boolean,
  ): Promise<Problem | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Problem | undefined>();
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    if (source instanceof IncomingMessage) setImmediate(() => (source.complete ? takeWhole() : listen()));
    else listen();
    return promise;

    function takeWhole(): void {
      const piece: Buffer | null = source.read();
      const writing = piece ? accept(piece) : undefined;
      if (writing) writing.then(() => end(), fail);
      else end();
    }

    function listen(): void {
      if (source.destroyed) cut();
      if (isOver) return;
      timer = setTimeout(() => end(unread(408, 'The body did not arrive in time.')), timeoutMs);
      source.on('data', acceptNext).once('end', end).once('error', cut).once('close', cut);
    }

    function acceptNext(piece: Buffer): void {
      const writing = accept(piece);
      if (!writing) return;
      source.pause();
      writing.then(() => {
        if (!isOver) source.resume();
      }, fail);
    }

    /** A promise where the piece goes to the disk. */
    function accept(piece: Buffer): Promise<void> | undefined {
      const refusal = refusalOf(piece.length);
      if (!refusal) return spool.append(piece);
      end(refusal);
      return undefined;
    }

    function refusalOf(bytes: number): Problem | undefined {
      const whole = spool.length + bytes;
      if (whole > limitBytes) return unread(413, tooLarge(limitBytes));
      const grows = Math.max(0, Math.min(inMemoryBytes, whole) - spool.length);
      if (take(grows, bytes - grows)) return undefined;
      return unread(503, 'Too many saves are being read at once. Try again.', 1);
    }

    function cut(): void {
      end(unread(400, 'The body was cut, or its compression is broken.'));
    }

    function end(refusal?: Problem): void {
      if (leave()) resolve(refusal);
    }

    function fail(fault: unknown): void {
      if (leave()) reject(fault);
    }

    /** Errors that come later are nobody's any more, but they have to be listened to. */
    function leave(): boolean {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      if (timer) source.off('data', acceptNext).off('end', end).off('close', cut).pause();
      return true;
    }
  }

  return {
    async withBody(request, task) {
      const isUpload = /^\s*multipart\//i.test(request.headers['content-type'] ?? '');
      const limitBytes = isUpload ? limits.uploadBytes : limits.limitBytes;
      const announced = Number(request.headers['content-length'] ?? 0);
      const source = announced > limitBytes ? undefined : decodeContent(request);
      if (!source) {
        const refusal =
          announced > limitBytes
            ? unread(413, tooLarge(limitBytes))
            : unread(415, `Send the body as it is, or with one of ${CODINGS.join(', ')}.`);
        return task({ ok: false, problem: refusal });
      }
      const inMemoryBytes = isUpload ? memoryBytes : limitBytes;
      const spool = createSpool(inMemoryBytes);
      const [inMemory, onDisk] = [memory.share(), disk.share()];
      try {
        const refusal = await fill(
          spool,
          source,
          { limitBytes, inMemoryBytes },
          (kept, spilled) => inMemory.take(kept) && onDisk.take(spilled),
        );
        if (refusal && source !== request) request.unpipe();
        if (refusal) request.pause();
        return await task(refusal ? { ok: false, problem: refusal } : { ok: true, spool });
      } finally {
        inMemory.release();
        const closing = spool.close();
        if (closing) await closing;
        onDisk.release();
      }
    },
  };
}

/** So many bytes for all bodies together; a share is what one of them has taken. */
function createBudget(mostBytes: number) {
  let held = 0;
  return {
    share() {
      let mine = 0;
      return {
        take(bytes: number): boolean {
          if (held + bytes > mostBytes) return false;
          held += bytes;
          mine += bytes;
          return true;
        },
        release() {
          held -= mine;
          mine = 0;
        },
      };
    },
  };
}

function tooLarge(limitBytes: number): string {
  return `The body is larger than ${limitBytes} bytes, which is the limit for saves on this path.`;
}

/** The rest of the body is not waited for, so the connection cannot be used again. */
function unread(status: number, detail: string, retryAfterSeconds?: number): Problem {
  const extras = { status, close: true, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  return problem('request-unreadable', detail, extras);
}
