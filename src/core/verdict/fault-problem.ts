import { CountersignError } from '../fault.ts';
import { UpstreamFault } from '../saving/upstream-fault.ts';
import { type Problem, problem } from './problem.ts';
import { upstreamProblem } from './upstream-problem.ts';

/**
 * What a client is told of a fault: that the gateway has it and that it may pass, and nothing of what it is. Only for faults from before the
 * CRM was asked to save; later ones are `UpstreamFault`.
 */
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
  return unavailable(fault, 'Codes cannot be checked at the moment; nothing was saved. Try again.');
}

/** The same for a call of the control API, which saves nothing. */
export function callFaultProblem(fault: unknown): Problem {
  return unavailable(fault, 'This call cannot be answered at the moment. Try again.');
}

function unavailable(fault: unknown, detail: string): Problem {
  const isBusy = fault instanceof CountersignError && fault.code === 'hashing-busy';
  return problem('otp-unavailable', detail, { retryAfterSeconds: isBusy ? 1 : 5 });
}
