import { CountersignError } from '../../core/fault.ts';
import { UpstreamFault } from '../../core/saving/upstream-fault.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { upstreamProblem } from './upstream-problem.ts';

/** A fault as the client may hear it: that it is ours and may pass, and nothing of what it is. */
export function faultProblem(fault: unknown): Problem {
  if (fault instanceof UpstreamFault) return upstreamProblem(fault);
  if (fault instanceof CountersignError && fault.code === 'body-already-read') {
    return problem(
      'request-unreadable',
      'The gateway is mounted behind a body parser. Mount it in front of it.',
      { status: 500 },
    );
  }
  if (fault instanceof CountersignError && fault.code === 'spool-unavailable') {
    const full = 'There is no room for a body of this size at the moment; nothing was saved. Try again.';
    return problem('request-unreadable', full, { status: 503, close: true, retryAfterSeconds: 5 });
  }
  const detail = 'Codes cannot be checked at the moment; nothing was saved. Try again.';
  return problem('otp-unavailable', detail, {
    retryAfterSeconds: fault instanceof CountersignError && fault.code === 'hashing-busy' ? 1 : 5,
  });
}
