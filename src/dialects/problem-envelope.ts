import type { Problem, Slug } from '../core/verdict/problem.ts';
import type { Envelope } from './dialect.ts';

const TITLES: Readonly<Record<string, string>> = {
  428: 'A code is needed',
  403: 'The code was not accepted',
  409: 'The code is spent',
  429: 'Too often',
  422: 'The save cannot be confirmed',
  503: 'Not available at the moment',
};
/** What their status says too little of. */
const OWN_TITLES: Readonly<Record<string, string>> = {
  'otp-declined': 'The customer objected',
  'override-refused': 'Not for you to vouch for',
};

/** A problem as `application/problem+json`. Source: RFC 9457. */
export function problemEnvelope(problem: Problem): Envelope {
  const { slug, status, detail } = problem;
  const known = slug.startsWith('otp-') ? (TITLES[status] ?? slug) : slug.replaceAll('-', ' ');
  const title = OWN_TITLES[slug] ?? known;
  const body = {
    type: `urn:countersign:problem:${slug}`,
    title,
    status,
    detail,
    ...particularsOf(problem),
  };
  return { status, contentType: 'application/problem+json', body: JSON.stringify(body) };
}

/** The slug as errors of CRMs are named, `OTP_REQUIRED`. */
export function errorCodeOfSlug(slug: Slug): string {
  return slug.toUpperCase().replaceAll('-', '_');
}

/** After these a code is to be entered. */
const WANTS_CODE: readonly string[] = ['otp-required', 'otp-invalid', 'otp-superseded'];

/** A sentence with the parameters in which the codes go, for clients that get a text alone; empty where none helps. */
export function parametersOf({ slug, rules }: Problem): string {
  const names = WANTS_CODE.includes(slug) ? [...new Set(rules.map(({ field }) => field))] : [];
  return names.length === 0 ? '' : ` The code goes with the record's fields as ${names.join(' and ')}.`;
}

/** What a problem tells beside its text, in every envelope: the rules that apply, the fields that it is about, and when to try again. */
export function particularsOf({ rules, fields, retryAfterSeconds }: Problem): object {
  return {
    ...(rules.length > 0 && { rules }),
    ...(fields && { fields }),
    ...(retryAfterSeconds !== undefined && { retry_after: retryAfterSeconds }),
  };
}
