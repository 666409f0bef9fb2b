import { type Problem, problem } from '../../core/verdict/problem.ts';
import { type Headers, meaningOf, namedBy, valuesOf } from '../../core/wire/headers.ts';

/** What in a request's head two servers could read differently, or undefined. */
export function headFault(headers: Headers): Problem | undefined {
  const seen = new Set<string>();
  for (const [name] of headers) {
    const { isSingle, lower, canonical: key } = meaningOf(name);
    if (!isSingle) continue;
    if (lower !== key) return unreadable(`The header "${name}" is spelled oddly. Write it with "-".`);
    if (seen.has(key)) return unreadable(`The header "${key}" stands twice. Send it once.`);
    seen.add(key);
  }
  for (const name of namedBy(headers))
    if (meaningOf(name).isSingle)
      return unreadable(`"Connection" names "${name}", which is no matter of one hop.`);
  const [coding] = seen.has('transfer-encoding') ? valuesOf(headers, 'transfer-encoding') : [];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked')
    return unreadable('Send the body with Content-Length, or chunked and nothing else.');
  return undefined;
}

function unreadable(detail: string): Problem {
  return problem('request-unreadable', detail);
}
