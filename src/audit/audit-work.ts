import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { Work } from '../threads/serve-calls.ts';
import { type AppendFile, openAppendFile } from './append-file.ts';
import { type HeadFile, openHead } from './audit-head.ts';
import { resume } from './audit-resume.ts';
import { createAuditSeal } from './audit-seal.ts';

/** Seals and appends events; those that wait share one flush. The file is opened by the first one, and again after a failure or a rotation. */
export function createAuditWork(
  path: string,
  secrets: readonly string[],
  open: (path: string) => AppendFile = openAppendFile,
): Work<AuditEvent, true> {
  const seal = createAuditSeal(secrets);
  let file: AppendFile | undefined;
  let head: HeadFile | undefined;

  function drop(): void {
    const dropped = { file, head };
    file = undefined;
    head = undefined;
    try {
      dropped.head?.close();
      dropped.file?.close();
    } catch {
      // They failed before; what they were closed for is reported.
    }
  }

  function append(events: readonly AuditEvent[]): void {
    if (file && !file.isInPlace()) drop();
    file ??= open(path);
    head ??= openHead(path);
    const opened = file;
    head.advance((known) => {
      const from = resume(opened, known, seal);
      let last = from.after;
      let marks = from.marks;
      let text: string = from.before;
      for (const event of events) {
        const line = seal.seal(event, last, marks);
        text += `${line.text}\n`;
        last = line;
        marks = {};
      }
      opened.append(text);
      return { seq: last.seq, hash: last.hash, bytes: opened.size() };
    });
  }

  return {
    take(calls) {
      try {
        append(calls.map(({ call }) => call));
        for (const { answer } of calls) answer(true);
      } catch (error) {
        drop();
        for (const { fail } of calls) fail(error);
      }
    },
    close: drop,
  };
}
