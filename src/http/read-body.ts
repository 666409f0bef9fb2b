import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { CountersignError } from '../core/fault.ts';
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

  /** Fills the spool from the source. `take` reserves room as bytes come, so that slow bodies cost what they hold. */
  async function fill(
    spool: Spool,
    source: Readable,
    { limitBytes, inMemoryBytes }: { readonly limitBytes: number; readonly inMemoryBytes: number },
    take: (inMemory: number, onDisk: number) => boolean,
  ): Promise<Problem | undefined> {
    const deadline = startDeadline(timeoutMs);
    const pieces = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
    try {
      for (;;) {
        const step = await deadline.before(pieces.next());
        if (step === 'late') return unread(408, 'The body did not arrive in time.');
        if (step.done) return undefined;
        if (spool.length + step.value.length > limitBytes) return unread(413, tooLarge(limitBytes));
        const grows = Math.max(0, Math.min(inMemoryBytes, spool.length + step.value.length) - spool.length);
        if (!take(grows, step.value.length - grows))
          return unread(503, 'Too many saves are being read at once. Try again.', 1);
        await spool.append(step.value);
      }
    } catch (fault) {
      if (fault instanceof CountersignError) throw fault;
      return unread(400, 'The body was cut, or its compression is broken.');
    } finally {
      deadline.stop();
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
        await spool.close();
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

/**
 * One deadline for many promises. `Promise.race` with one that lives as long as the body would keep every piece of the body
 * alive with it. https://github.com/nodejs/node/issues/17469
 */
function startDeadline(timeoutMs: number) {
  let isOver = false;
  let giveUp = () => {};
  const timer = setTimeout(() => {
    isOver = true;
    giveUp();
  }, timeoutMs);
  return {
    before<T>(promise: Promise<T>): Promise<T | 'late'> {
      const { promise: first, resolve, reject } = Promise.withResolvers<T | 'late'>();
      giveUp = () => resolve('late');
      if (isOver) giveUp();
      promise.then(resolve, reject);
      return first;
    },
    stop: () => clearTimeout(timer),
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
