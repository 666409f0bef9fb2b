import { IncomingMessage } from 'node:http';
import { placeOf } from '../../core/saving/caller.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { Budget, Shares } from './budget.ts';
import { CODINGS, decodeContent } from './decode-content.ts';
import { Intake, tooLarge, unread } from './intake.ts';
import { Pace } from './pace.ts';
import { receive } from './receive.ts';
import type { Spool } from './spool.ts';
import { Unpacking } from './unpacking.ts';

/**
 * `uploadBytes` is for a body with files, `memoryBytes` what of such a one stays in memory; `budgetBytes` and `diskBytes` are what all of them
 * may hold there and on the disk; `unpackedRatio` is how many times its size a compressed one may unpack to.
 */
export type BodyLimits = {
  readonly limitBytes: number;
  readonly uploadBytes: number;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  readonly budgetBytes: number;
  readonly diskBytes: number;
  readonly unpackedRatio: number;
};

/** A body that was received to its end, or why it was not. */
export type BodyReading =
  | { readonly ok: true; readonly spool: Spool }
  | { readonly ok: false; readonly problem: Problem };

/** Receives bodies. */
export type BodyReader = {
  /**
   * Reads a body to its end and undoes its compression. What it holds is free when the reading is disposed of. All from one address may hold
   * half of what there is, or one of the largest.
   */
  read(request: IncomingMessage, origin: { readonly ip: string }): Promise<BodyReading & AsyncDisposable>;
};

/** A reader with a budget of its own: what others hold takes nothing from it. */
export function createBodyReader(limits: BodyLimits): BodyReader {
  const memory = halves(limits.budgetBytes, Math.max(limits.limitBytes, limits.memoryBytes));
  const disk = halves(limits.diskBytes, limits.uploadBytes);
  const pace = paceOf(limits);
  const small = { limitBytes: limits.limitBytes, inMemoryBytes: limits.limitBytes };
  const large = { limitBytes: limits.uploadBytes, inMemoryBytes: limits.memoryBytes };
  return {
    async read(request, { ip }) {
      const isUpload = /^\s*multipart\//i.test(request.headers['content-type'] ?? '');
      const place = placeOf(ip);
      const room = { ...(isUpload ? large : small), memory: memory.of(place), disk: disk.of(place) };
      if (Number(request.headers['content-length'] ?? 0) > room.limitBytes)
        return refused(unread(413, tooLarge(room.limitBytes)));
      const source = decodeContent(request);
      if (!source) return refused(UNKNOWN_CODING);
      const intake = new Intake(room);
      const close = async () => intake.close();
      try {
        const isPacked = !(source instanceof IncomingMessage);
        const unpacking = isPacked ? new Unpacking(source, limits.unpackedRatio, pace) : undefined;
        const refusal = await receive(source, intake, limits.timeoutMs, unpacking);
        // What is left of it is not unpacked, and what unpacks it is free at once.
        if (refusal && isPacked) request.unpipe(source.destroy());
        if (refusal) request.pause();
        return refusal
          ? refused(refusal, close)
          : { ok: true, spool: intake.spool, [Symbol.asyncDispose]: close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

function halves(bytes: number, largest: number): Shares {
  return new Shares(new Budget(bytes), Math.max(largest, Math.floor(bytes / 2)));
}

/**
 * A body that comes as it is costs its sender as many bytes as it costs us. A packed one is a thousandth of them, and each byte that it
 * unpacks to takes time in which nobody else is answered.
 */
const UNPACKED_A_SECOND = 16 * 1024 * 1024;

/** The largest body of all arrives in half of its time. */
function paceOf({ limitBytes, uploadBytes, timeoutMs }: BodyLimits): Pace {
  const leastASecond = (2 * Math.max(limitBytes, uploadBytes)) / (timeoutMs / 1000);
  return new Pace(Math.max(UNPACKED_A_SECOND, leastASecond), limitBytes);
}

/** Where nothing was taken in, nothing is to be freed. */
const refused = (problem: Problem, close = async () => {}) =>
  ({ ok: false, problem, [Symbol.asyncDispose]: close }) as const;

const UNKNOWN_CODING = unread(415, `Send the body as it is, or with one of ${CODINGS.join(', ')}.`);
