import { threadClockMs } from '../../threads/posted.ts';
import type { Inbox, Incoming, Work } from '../../threads/serve-calls.ts';
import type { SqliteAnswer, SqliteCall, SqliteThreadSettings } from './sqlite-call.ts';
import { type LedgerFile, openLedgerFile } from './sqlite-file.ts';

type Waiting = Incoming<SqliteCall, SqliteAnswer>;

const LONGEST_PAUSE_MS = 25;

/**
 * Looks are answered at once; steps that wait share one commit, and are answered when it is on the disk. The file is opened by the
 * first call, and again after a failure or when it was moved away.
 */
export function createSqliteWork({
  path,
  busyTimeoutMs,
}: SqliteThreadSettings): Work<SqliteCall, SqliteAnswer> {
  let file: LedgerFile | undefined;

  function drop(): void {
    const dropped = file;
    file = undefined;
    try {
      dropped?.close();
    } catch {
      // It failed before; what it was closed for is reported.
    }
  }

  function opened(): LedgerFile {
    if (file && !file.isInPlace()) drop();
    file ??= openLedgerFile(path);
    return file;
  }

  /** Does it, also while another process has the lock: then again and again, as long as a step may wait. */
  function attempt<T>(work: (file: LedgerFile) => T, whileBusy: () => void): T {
    const untilMs = threadClockMs() + busyTimeoutMs;
    for (let round = 1; ; round++) {
      try {
        return work(opened());
      } catch (error) {
        const leftMs = untilMs - threadClockMs();
        if (!isBusy(error)) drop();
        if (!isBusy(error) || leftMs <= 0) throw error;
        whileBusy();
        pause(Math.min(leftMs, LONGEST_PAUSE_MS, round * 2 * Math.random()));
      }
    }
  }

  /** Answers the looks; gives the steps. */
  function withoutLooks(calls: readonly Waiting[]): readonly Waiting[] {
    return calls.filter((waiting) => {
      const { call } = waiting;
      if (call.kind !== 'find') return true;
      try {
        waiting.answer(attempt(({ find }) => find(call.key), ignore));
      } catch (error) {
        waiting.fail(error);
      }
      return false;
    });
  }

  function commit(steps: readonly Waiting[], whileBusy: () => void): void {
    try {
      const changes = attempt((file) => file.together(steps.map(({ call }) => call)), whileBusy);
      for (const [index, step] of steps.entries()) step.answer({ changes: changes[index] ?? 0 });
    } catch (error) {
      for (const step of steps) step.fail(error);
    }
  }

  function take(calls: readonly Waiting[], inbox: Inbox<SqliteCall, SqliteAnswer>): void {
    let steps = withoutLooks(calls);
    while (steps.length > 0) {
      const later: Waiting[] = [];
      // Before the disk is waited for: who only looks has the answer by then.
      const lookAround = () => void later.push(...withoutLooks(inbox.exchange()));
      lookAround();
      commit(steps, lookAround);
      steps = later;
    }
  }

  return { take, close: drop };
}

const ignore = () => undefined;

/** Stops this thread, and no other. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** SQLITE_BUSY and SQLITE_LOCKED with their extended forms: https://www.sqlite.org/rescode.html */
function isBusy(error: unknown): boolean {
  const code = (error as { readonly errcode?: number }).errcode;
  return code !== undefined && [5, 6].includes(code & 0xff);
}
