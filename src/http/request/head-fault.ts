import type { ModuleDefinition } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import {
  acceptHeaderFor,
  canonical,
  type Headers,
  meaningOf,
  namedBy,
  strangeContentIn,
  valuesOf,
} from '../../core/wire/headers.ts';
import { readHeadersOf } from '../../dialects/caller-headers.ts';

/** What in a request's head two servers could read differently, or undefined. At a mount, what its modules declare stands once too. */
export function headFault(headers: Headers, mount?: Pick<Mount, 'definitions'>): Problem | undefined {
  const seen = new Set<string>();
  const declared = mount ? declaredBy(mount.definitions) : NONE;
  const mayStandOnce = (name: string) => meaningOf(name).isSingle || declared.has(canonical(name));
  for (const [name] of headers) {
    if (!mayStandOnce(name)) continue;
    const { lower, canonical: key } = meaningOf(name);
    if (lower !== key) return unreadable(`The header "${name}" is spelled oddly. Write it with "-".`);
    if (seen.has(key)) return unreadable(`The header "${key}" stands twice. Send it once.`);
    seen.add(key);
  }
  for (const name of namedBy(headers))
    if (mayStandOnce(name)) return unreadable(`"Connection" names "${name}", which is no matter of one hop.`);
  const [coding] = seen.has('transfer-encoding') ? valuesOf(headers, 'transfer-encoding') : [];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return unreadable('Send the body with Content-Length, or chunked and nothing else.');
  return undefined;
}

/** What in the head of a write some server takes for a place to save to, or undefined. Our own reads ask there where all modules want it. */
export function contentFault(
  headers: Headers,
  { definitions }: Pick<Mount, 'definitions'>,
): Problem | undefined {
  const isAskedFor = (name: string) =>
    acceptHeaderFor(name) !== undefined &&
    definitions.every(({ readHeaders = [] }) =>
      readHeaders.some((one) => canonical(one) === canonical(name)),
    );
  const name = strangeContentIn(headers).find((one) => !isAskedFor(one));
  if (name === undefined) return undefined;
  const asked = acceptHeaderFor(name);
  const declare =
    asked &&
    ` Where the CRM takes the place from it, as PostgREST does the schema, name it in "readHeaders" of the module: its records are then read there, too, by "${asked}".`;
  return unreadable(
    `Leave out the header "${name}": it may name another place than the one that is judged.${declare ?? ''}`,
  );
}

const NONE: ReadonlySet<string> = new Set();
const DECLARED = new WeakMap<readonly ModuleDefinition[], ReadonlySet<string>>();

/** Those of several modules: a second spelling of one would reach the CRM with the save alone. */
function declaredBy(definitions: readonly ModuleDefinition[]): ReadonlySet<string> {
  const known = DECLARED.get(definitions);
  if (known) return known;
  const declared = new Set(definitions.flatMap(readHeadersOf).map(canonical));
  DECLARED.set(definitions, declared);
  return declared;
}

function unreadable(detail: string): Problem {
  return problem('request-unreadable', detail);
}
