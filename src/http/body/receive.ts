import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Problem } from '../../core/verdict/problem.ts';
import { type Intake, unread } from './intake.ts';
import type { Unpacking } from './unpacking.ts';

/** Receives a body to its end, or tells why that was not possible. */
export async function receive(
  source: Readable,
  intake: Intake,
  timeoutMs: number,
  unpacking?: Unpacking,
): Promise<Problem | undefined> {
  if (source instanceof IncomingMessage) {
    // By then what came together with the head is there: nearly always the whole body, which is taken without any event.
    await new Promise(setImmediate);
    if (source.complete) {
      const whole: Buffer | null = source.read();
      const refusal = whole ? intake.reserve(whole.length) : undefined;
      const writing = whole && !refusal ? intake.spool.append(whole) : undefined;
      if (writing) await writing;
      return refusal;
    }
  }
  return await drain(source, intake, timeoutMs, unpacking);
}

/** Receives by events: an iterator over a stream costs more than all else that is done with a small body. */
function drain(
  source: Readable,
  intake: Intake,
  timeoutMs: number,
  unpacking: Unpacking | undefined,
): Promise<Problem | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Problem | undefined>();
  if (source.destroyed) return Promise.resolve(CUT);
  let isOver = false;
  /** What of it is on its way to the disk, or has to wait. */
  let waiting: Promise<unknown> | undefined;
  const timer = setTimeout(() => end(unread(408, 'The body did not arrive in time.')), timeoutMs);
  source.on('data', take).once('end', finish).once('error', cut).once('close', cut);
  return promise;

  function take(piece: Buffer): void {
    const refusal = intake.reserve(piece.length) ?? unpacking?.refusalOf(piece.length);
    if (refusal) end(refusal);
    waiting = refusal ? undefined : both(intake.spool.append(piece), unpacking?.take(piece.length));
    if (!waiting) return;
    source.pause();
    waiting.then(() => {
      if (!isOver) source.resume();
    }, fail);
  }

  /** A source that ends does so even while it is paused for its last piece. */
  function finish(): void {
    source.off('close', cut);
    if (waiting) waiting.then(() => end(), fail);
    else end();
  }

  function cut(): void {
    end(CUT);
  }

  function end(refusal?: Problem): void {
    if (leave()) resolve(refusal);
  }

  function fail(fault: unknown): void {
    if (leave()) reject(fault);
  }

  /** Errors that come later concern nobody, but without a listener they would end the process. */
  function leave(): boolean {
    if (isOver) return false;
    isOver = true;
    clearTimeout(timer);
    source.off('data', take).off('end', finish).off('close', cut).pause();
    return true;
  }
}

function both(
  one: Promise<void> | undefined,
  other: Promise<void> | undefined,
): Promise<unknown> | undefined {
  return one && other ? Promise.all([one, other]) : (one ?? other);
}

const CUT = unread(400, 'The body was cut, or its compression is broken.');
