import type { UpstreamFault } from '../../core/saving/upstream-fault.ts';
import { type CodeFate, type Problem, problem } from '../../core/verdict/problem.ts';

const CODE_NOTES: Readonly<Record<CodeFate, string>> = {
  used: ' Its code is spent.',
  kept: ' Its code is kept: send the same request again.',
  held: ' Whether it was saved is not known. Its code is held for exactly this request: look at the record, then send the same request again if need be.',
};

/** What a client hears where the CRM gave no answer, and of what became of the code that was presented. */
export function upstreamProblem(fault: UpstreamFault, code?: CodeFate): Problem {
  const slug = fault.isTimeout && fault.kind === 'lost' ? 'upstream-timeout' : 'upstream-unavailable';
  const detail =
    slug === 'upstream-timeout'
      ? 'The CRM did not answer in time.'
      : 'The CRM cannot be reached, or cut the connection.';
  return problem(slug, detail + (code ? CODE_NOTES[code] : ''), code ? { code } : {});
}
