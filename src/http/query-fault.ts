import { foldName } from '../core/fold.ts';
import { isParameter } from '../core/parameter.ts';
import { type Problem, problem } from '../core/problem.ts';
import { readQuery } from '../core/target.ts';

/**
 * What in a save's query string speaks of the record, or undefined. Servers merge queries into fields (`$_REQUEST`,
 * `getParameter`), and addresses end in logs, so neither a guarded field nor a code may stand there.
 */
export function queryFault(query: string, guardedFields: readonly string[]): Problem | undefined {
  if (query === '') return undefined;
  const guarded = new Set(guardedFields.map(foldName));
  for (const [name] of readQuery(query)) {
    const folded = foldName(name);
    if (isParameter(name))
      return problem(
        'request-unreadable',
        'A code may not stand in the address, where logs keep it. Send it in a header or in the body.',
      );
    if (folded === '_method')
      return problem(
        'request-unreadable',
        'Leave "_method" out of the address and send the request by the method that you mean.',
      );
    if (guarded.has(folded))
      return problem('request-unreadable', `Send "${name}" in the body, not in the address.`);
  }
  return undefined;
}
