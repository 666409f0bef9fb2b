import type { AppendFile } from './append-file.ts';
import type { Head } from './audit-head.ts';
import { type AuditSeal, digestOf, type Link, type Marks, ORIGIN, unseal } from './audit-seal.ts';

/** From where an audit goes on: the last line that was signed here, what the next one has to say, and what has to be written before it. */
export type Resumption = { readonly after: Link; readonly marks: Marks; readonly before: '' | '\n' };

const NEWLINE = 0x0a;

/**
 * Where the file ends as the head says, it simply goes on. Signed lines behind the head were written by a process that was killed
 * before it could say so, and count; half a line is closed and vouched for by the next one. Where signed lines are gone the
 * head stays, so that the gap shows.
 */
export function resume(file: AppendFile, head: Head | undefined, seal: AuditSeal): Resumption {
  const size = file.size();
  if (size === 0) return { after: head ?? ORIGIN, marks: { first: true }, before: '' };
  if (head && size === head.bytes) return { after: head, marks: {}, before: '' };
  const rest = file.read(head && head.bytes < size ? head.bytes : 0);
  const end = rest.lastIndexOf(NEWLINE) + 1;
  const after = newestOf(rest.toString('utf8', 0, end), head, seal);
  const fragment = rest.subarray(end);
  if (fragment.length === 0) return { after, marks: {}, before: '' };
  const isFirst = after.seq === 0 && end === 0;
  return { after, marks: { ...(isFirst && { first: true }), torn: digestOf(fragment) }, before: '\n' };
}

/** The last signed line that follows the head, or, where the head was lost, the last one at all. */
function newestOf(text: string, head: Head | undefined, seal: AuditSeal): Link {
  let newest: Link = head ?? ORIGIN;
  for (const each of text.split('\n')) {
    const line = unseal(each);
    if (!line || seal.judge(line) !== 'ours') continue;
    if (!head || line.prev === newest.hash) newest = { seq: line.seq, hash: line.hash };
  }
  return newest;
}
