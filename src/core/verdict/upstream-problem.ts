import type { UpstreamFault } from '../saving/upstream-fault.ts';
import { type CodeFate, type Problem, problem } from './problem.ts';

const CODE_NOTES: Readonly<Record<CodeFate, string>> = {
  used: ' Its code is spent.',
  kept: ' Its code is kept: send the same request again.',
  held: ' Whether it was saved is not known. Its code is held for exactly this request: look at the record, then send the same request again if need be.',
};

/** What a client is told where there is no answer of the CRM to hand on, and what became of the code that was presented. */
export function upstreamProblem(fault: UpstreamFault, code?: CodeFate): Problem {
  const isLate = fault.isTimeout && fault.kind === 'lost';
  const detail = detailOf(fault, isLate) + (code ? CODE_NOTES[code] : '');
  return problem(isLate ? 'upstream-timeout' : 'upstream-unavailable', detail, code ? { code } : {});
}

function detailOf({ kind }: UpstreamFault, isLate: boolean): string {
  if (isLate) return 'The CRM did not answer in time.';
  if (kind === 'unread') return 'The CRM answered, and its answer could not be handed on.';
  return 'The CRM cannot be reached, or cut the connection.';
}
