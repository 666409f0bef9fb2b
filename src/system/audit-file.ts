import { CountersignError } from '../core/fault.ts';
import type { AuditSink } from '../ports.ts';
import { type AppendFile, openAppendFile } from './append-file.ts';

type Waiting = { readonly line: string; readonly done: () => void; readonly failed: (fault: Error) => void };

/**
 * Events as JSON Lines, in the order in which they were written. A write resolves when its line is on the disk; writers that come
 * while the disk is busy share the next flush. The file is opened by the first write, and again after a failure or a rotation.
 */
export function createFileAudit(path: string): AuditSink {
  let file: AppendFile | undefined;
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let closed = false;

  async function drop(): Promise<void> {
    const dropped = file;
    file = undefined;
    await dropped?.close().catch(() => undefined);
  }

  async function append(lines: readonly string[]): Promise<void> {
    if (file && !(await file.isInPlace())) await drop();
    file ??= await openAppendFile(path);
    await file.append(lines);
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await append(batch.map(({ line }) => line));
        for (const { done } of batch) done();
      } catch (error) {
        await drop();
        for (const { failed } of batch) failed(unavailable(path, error));
      }
    }
    flushing = undefined;
  }

  return {
    write(event) {
      if (closed) return Promise.reject(unavailable(path, new Error('it was closed')));
      return new Promise<void>((done, failed) => {
        waiting.push({ line: JSON.stringify(event), done, failed });
        flushing ??= flush();
      });
    },
    async close() {
      closed = true;
      await flushing;
      await drop();
    },
  };
}

function unavailable(path: string, cause: unknown): CountersignError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CountersignError('audit-unavailable', `the audit file ${path} cannot be written: ${reason}`, {
    cause,
  });
}
