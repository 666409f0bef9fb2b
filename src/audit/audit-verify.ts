import {
  type AuditSeal,
  digestOf,
  hashOf,
  type Link,
  ORIGIN,
  type SealedLine,
  unseal,
} from './audit-seal.ts';

/** Something wrong with an audit, with the number of the line in its file, counted from 1. */
export type AuditFault = { readonly file: string; readonly line: number; readonly message: string };

/** What was found: the faults, and from where to where the chain goes. */
export type AuditReport = {
  readonly faults: readonly AuditFault[];
  readonly lines: number;
  readonly begin: number | undefined;
  readonly end: Link | undefined;
};

/** A file of an audit, by its lines; those of a chain that was rotated, oldest first. */
export type AuditText = { readonly file: string; readonly lines: AsyncIterable<Buffer> };

/** Follows the chain through the files. `head`: where it has to end at least. Without a seal signatures are not looked at. */
export async function verifyAudit(
  texts: readonly AuditText[],
  seal: AuditSeal | undefined,
  head: Link | undefined,
): Promise<AuditReport> {
  const faults: AuditFault[] = [];
  let begin: number | undefined;
  let end: Link | undefined;
  let count = 0;
  let place = { file: '', line: 0 };
  for (const { file, lines } of texts) {
    place = { file, line: 0 };
    let unread: { readonly line: number; readonly digest: string } | undefined;
    const tell = (message: string, line = place.line) => faults.push({ file, line, message });
    const tellUnread = () =>
      unread && tell('it is no line of this audit, or what is left of one', unread.line);
    for await (const text of lines) {
      place = { file, line: place.line + 1 };
      const line = unseal(text.toString());
      if (!line) {
        tellUnread();
        unread = { line: place.line, digest: digestOf(text) };
        continue;
      }
      count++;
      if (unread?.digest !== line.torn) tellUnread();
      const isFirst = place.line === (unread ? 2 : 1);
      unread = undefined;
      const found = [...contentFaults(line, seal), ...placeFaults(line, end, isFirst)];
      for (const message of found) tell(message);
      begin ??= line.seq;
      // Our next line does not follow one of another hand.
      const isOurs = !seal || seal.judge(line) === 'ours';
      if (isOurs && line.seq > (end?.seq ?? 0)) end = { seq: line.seq, hash: line.hash };
    }
    tellUnread();
  }
  const after = { ...place, line: place.line + 1 };
  const reached = end?.seq ?? 0;
  if (head && head.seq > reached) faults.push({ ...after, message: missing(reached + 1, head.seq) });
  else if (head && head.seq === reached && head.hash !== end?.hash)
    faults.push({ ...place, message: 'it is not the line that was written last' });
  return { faults, lines: count, begin, end };
}

function contentFaults(line: SealedLine, seal: AuditSeal | undefined): readonly string[] {
  if (hashOf(line.prev, digestOf(line.body)) !== line.hash) return ['it was changed'];
  const judgement = seal?.judge(line) ?? 'ours';
  if (judgement === 'foreign') return ['it was written by another hand: its signature is not ours'];
  return judgement === 'unknown-key'
    ? ['it is signed with a secret that the configuration does not have']
    : [];
}

function placeFaults(line: SealedLine, before: Link | undefined, isFirst: boolean): readonly string[] {
  const faults = isFirst && !line.first ? ['lines are missing before it: no file begins with it'] : [];
  // A file may be shown without those before it.
  const expected = before ?? (line.seq === 1 ? ORIGIN : undefined);
  if (!expected) return faults;
  if (line.seq <= expected.seq)
    return [...faults, `it stands in a wrong place: line ${line.seq} of the chain`];
  if (line.seq > expected.seq + 1) return [...faults, missing(expected.seq + 1, line.seq - 1)];
  return line.prev === expected.hash ? faults : [...faults, 'it does not follow the line before it'];
}

function missing(from: number, to: number): string {
  return from === to
    ? `line ${from} of the chain is missing before it`
    : `lines ${from} to ${to} of the chain are missing before it`;
}
