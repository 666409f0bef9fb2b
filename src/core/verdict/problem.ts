import type { DeliveryStatus, Standing } from '../ledger/row.ts';
import type { CodeType } from '../rule/code.ts';
import type { Declared } from '../saving/declared.ts';
import type { Home } from '../saving/describe.ts';
import type { Steered } from '../saving/steered-by.ts';

/**
 * Every answer that refuses. A slug is the problem's name in `type`, in `OTPRULES-Result` and in `docs/errors.md`;
 * the statuses are the contract with clients. 428, not 401: clients answer 401 by logging out (RFC 6585 §3).
 */
export const STATUS_OF = {
  'otp-required': 428,
  'otp-expired': 428,
  'otp-invalid': 403,
  'otp-superseded': 403,
  'otp-binding-mismatch': 403,
  'otp-declined': 403,
  'override-refused': 403,
  'otp-used': 409,
  'otp-in-progress': 409,
  'otp-attempts-exhausted': 429,
  'otp-resend-limited': 429,
  'otp-rate-limited': 429,
  'otp-recipient-missing': 422,
  'otp-values-required': 422,
  'otp-ambiguous': 422,
  'otp-create-refused': 422,
  'unknown-field': 422,
  'undeclared-nesting': 422,
  'request-unreadable': 400,
  'unmapped-write': 403,
  'unmapped-read': 403,
  'not-authenticated': 401,
  'record-withheld': 403,
  'record-not-found': 404,
  'not-found': 404,
  'otp-delivery-failed': 503,
  'otp-unavailable': 503,
  'record-unavailable': 503,
  'upstream-unavailable': 502,
  'upstream-timeout': 504,
} as const;

/** The name of a problem: a closed union, each with its heading in `docs/errors.md`. */
export type Slug = keyof typeof STATUS_OF;

/** What a client is told of one rule. Members that do not apply are left out. */
export type RuleRow = {
  readonly rule: string;
  readonly name: string;
  /** The stored record that it is about. */
  readonly record?: string;
  /** The record's module, where it is not the rule's own but one that an address is taken from. */
  readonly module?: string;
  /** A slug in a refusal, a standing in an answer about the ledger, `sent` after a send, `not-checked` where another code was at fault. */
  readonly result: Slug | Standing | 'sent' | 'not-checked';
  /** Where the code goes: a header or a field of the body. */
  readonly header: string;
  readonly field: string;
  /** Which symbols a code has, and how many. */
  readonly code_type: CodeType;
  readonly code_length: number;
  /** Where the customer can answer on a page instead of giving the code. */
  readonly confirm?: 'page';
  /** The new values that a code for the caller's own save confirms, by the names that it gives them. */
  readonly values?: object;
  readonly channel?: string;
  /** Masked. */
  readonly sent_to?: string;
  /** RFC 3339. */
  readonly expires_at?: string;
  /** What the provider reported of the message last; `at` is when, RFC 3339. */
  readonly delivery?: { readonly status: DeliveryStatus; readonly at: string };
  readonly attempts_remaining?: number;
  readonly resends_remaining?: number;
  /** RFC 3339: from when on another send is allowed. */
  readonly resend_after?: string;
};

/** What was written, in the CRM's own words: never a value of a record. */
export type Written = {
  /** The module, as the CRM calls it. */
  readonly type?: string;
  /** What stands before the x of its ids. */
  readonly idPrefix?: string;
  readonly operation?: string;
  /** The API by which it came, and its path. */
  readonly dialect?: string;
  readonly path?: string;
  /** The module whose records it seems to be about, where its path alone says that. */
  readonly home?: Home;
  /** The header that chooses what it does. */
  readonly call?: Readonly<Record<string, string>>;
  /** How it may be declared, where its dialect knows that. */
  readonly declared?: readonly Declared[];
  /** The CRM saves by this path beside its API: it is never to be opened. */
  readonly isDoor?: true;
};

/** A refusal, before a dialect puts it into its CRM's envelope. */
export type Problem = {
  readonly slug: Slug;
  readonly status: number;
  /** What to do, for the person who reads it. Never a code, a full address or an internal name. */
  readonly detail: string;
  readonly rules: readonly RuleRow[];
  readonly retryAfterSeconds?: number;
  /** The fields that the refusal is about: as the configuration has them, or members of the request by their bare names. */
  readonly fields?: readonly string[];
  /** What became of a code that was presented. */
  readonly code?: CodeFate;
  /** Of a write that no module maps: what of it the CRM's own words say. For the log. */
  readonly written?: Written;
  /** What may choose another record or version than the one that is judged, where it is refused for that. */
  readonly steered?: Steered;
  /** Whether the connection must not be used again, because the body was not read to its end. */
  readonly close?: boolean;
};

/** What became of a code that was presented: spent, good for any save as before, or good for the identical save only. */
export type CodeFate = 'used' | 'kept' | 'held';

type Extras = Partial<Omit<Problem, 'slug' | 'detail'>>;

/** A problem with the status of its slug, unless `extras` has another one. */
export function problem(slug: Slug, detail: string, extras: Extras = {}): Problem {
  return { slug, detail, status: STATUS_OF[slug], rules: [], ...extras };
}
