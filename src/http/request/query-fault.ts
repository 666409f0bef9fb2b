import type { GuardedNames } from '../../core/likeness/guarded-names.ts';
import { nestedNameIn } from '../../core/nesting/address.ts';
import type { Nesting } from '../../core/nesting/members.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { holdsParameter } from '../../core/wire/parameter.ts';
import { readQuery } from '../../core/wire/target.ts';

/**
 * What in a save's query string is about the record, or undefined. Servers merge queries into fields (`$_REQUEST`,
 * `getParameter`), and addresses end in logs, so neither a guarded field nor a code may stand there.
 */
export function queryFault(query: string, names: GuardedNames): Problem | undefined {
  if (query === '') return undefined;
  for (const [name] of readQuery(query)) {
    if (holdsParameter(name)) {
      const detail =
        'A code may not stand in the address, where logs keep it. Send it in a header or in the body.';
      return problem('request-unreadable', detail);
    }
    // What is still encoded is undone once more, or as an overlong form, by some server.
    if (name.includes('%')) {
      return problem('request-unreadable', `Write the name "${name}" in the address plainly, and in UTF-8.`);
    }
    if (names.meaningsOf(name).length > 0) {
      return problem(
        'request-unreadable',
        `Leave "${name}" out of the address; servers take it for a field. Send it in the body.`,
      );
    }
  }
  return undefined;
}

/** What in a save's query string would write another record through a relation, or undefined. */
export function nestedQueryFault(query: string, mount: Mount, nesting: Nesting): Problem | undefined {
  if (query === '') return undefined;
  const names = [...readQuery(query)].map(([name]) => name);
  const modules = mount.definitions.map(({ name }) => name);
  const nested = nestedNameIn(names, modules, nesting);
  if (nested === undefined) return undefined;
  const detail = `Leave "${nested}" out of the address; servers take it for a record within the record. Send it in the body.`;
  return problem('request-unreadable', detail);
}
