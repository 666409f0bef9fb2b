import { CountersignError } from '../core/fault.ts';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { AuditSink } from '../ports.ts';
import { type AppendFile, openAppendFile } from './append-file.ts';
import { type HeadFile, openHead } from './audit-head.ts';
import { resume } from './audit-resume.ts';
import { createAuditSeal } from './audit-seal.ts';

type Waiting = {
  readonly event: AuditEvent;
  readonly done: () => void;
  readonly failed: (fault: Error) => void;
};

/**
 * Events as JSON Lines, in the order in which they were written, each chained to the one before it, by whichever process it was
 * written. A write resolves when its line is on the disk; writers that come while the disk is busy share the next flush. The file
 * is opened by the first write, and again after a failure or a rotation.
 */
export function createFileAudit(path: string, secrets: readonly string[]): AuditSink {
  const seal = createAuditSeal(secrets);
  let file: AppendFile | undefined;
  let head: HeadFile | undefined;
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let closed = false;

  async function drop(): Promise<void> {
    const dropped = { file, head };
    file = undefined;
    head = undefined;
    dropped.head?.close();
    await dropped.file?.close().catch(() => undefined);
  }

  async function append(events: readonly AuditEvent[]): Promise<void> {
    if (file && !(await file.isInPlace())) await drop();
    file ??= await openAppendFile(path);
    const opened = file;
    head ??= openHead(path);
    await head.advance(async (known) => {
      const from = await resume(opened, known, seal);
      let last = from.after;
      let marks = from.marks;
      let text: string = from.before;
      for (const event of events) {
        const line = seal.seal(event, last, marks);
        text += `${line.text}\n`;
        last = line;
        marks = {};
      }
      await opened.append(text);
      return { seq: last.seq, hash: last.hash, bytes: await opened.size() };
    });
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await append(batch.map(({ event }) => event));
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
        waiting.push({ event, done, failed });
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
