import { type Problem, problem } from '../../core/verdict/problem.ts';

/** A write that no module and no passthrough names. */
export function unmappedWrite(method: string): Problem {
  const detail = `No module and no passthrough of the configuration names this ${method}. To open the path, add it to "passthrough"; to open all of them, set "unmappedWrites: forward".`;
  return problem('unmapped-write', detail);
}
