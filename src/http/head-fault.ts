import { canonical, type Headers, valuesOf } from '../core/headers.ts';
import { type Problem, problem } from '../core/problem.ts';

/** Headers that name a body's meaning or end, of which two would be one too many for two readers. */
const SINGLE = [
  'host',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'authorization',
  'expect',
];

/** What in a request's head two servers could read differently, or undefined. */
export function headFault(headers: Headers): Problem | undefined {
  const twice = SINGLE.find((name) => valuesOf(headers, name).length > 1);
  if (twice) return problem('request-unreadable', `The header "${twice}" stands twice. Send it once.`);
  const odd = headers.find(
    ([name]) => !SINGLE.includes(name.toLowerCase()) && SINGLE.includes(canonical(name)),
  );
  if (odd)
    return problem('request-unreadable', `The header "${odd[0]}" is spelled oddly. Write it with "-".`);
  const dropped = valuesOf(headers, 'connection').flatMap((value) => value.split(','));
  const named = dropped.map((name) => canonical(name.trim())).find((name) => SINGLE.includes(name));
  if (named)
    return problem('request-unreadable', `"Connection" names "${named}", which is no matter of one hop.`);
  const [coding] = valuesOf(headers, 'transfer-encoding');
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    return problem('request-unreadable', 'Send the body with Content-Length, or chunked and nothing else.');
  }
  return undefined;
}
