import { type Problem, problem } from '../../core/verdict/problem.ts';

const OPENERS = {
  list: 'set "lists: allow" of its module',
  place: 'set "ids: any" of its module, where it is the id of a record',
  below: 'add it to "passthrough"',
  beside: 'add it to "passthrough"',
} as const;

/**
 * A read beside the records whose reads are guarded: a list of them, a place that is no record, what lies below one, or the
 * collection by another ending. */
export function unmappedRead(what: keyof typeof OPENERS): Problem {
  const detail = `Reads of this module's records are guarded, and this path may show what they hold. To open it, ${OPENERS[what]}.`;
  return problem('unmapped-read', detail);
}
