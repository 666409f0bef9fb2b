/** Every refusal by its name, as it stands in `OTPRULES-Result` and in `type`. `docs/errors.md` has a heading for each. */
export const SLUGS = [
  'otp-required',
  'otp-expired',
  'otp-invalid',
  'otp-superseded',
  'otp-binding-mismatch',
  'otp-declined',
  'override-refused',
  'otp-used',
  'otp-in-progress',
  'otp-attempts-exhausted',
  'otp-resend-limited',
  'otp-rate-limited',
  'otp-recipient-missing',
  'otp-values-required',
  'otp-ambiguous',
  'otp-create-refused',
  'unknown-field',
  'undeclared-nesting',
  'request-unreadable',
  'unmapped-write',
  'unmapped-read',
  'not-authenticated',
  'record-withheld',
  'record-not-found',
  'not-found',
  'otp-delivery-failed',
  'otp-unavailable',
  'record-unavailable',
  'upstream-unavailable',
  'upstream-timeout',
] as const;

/** The name of a problem, as `type`, `OTPRULES-Result` and `docs/errors.md` have it. */
export type Slug = (typeof SLUGS)[number];

/** How a code stands, in answers of the control API. */
export type Standing =
  | 'none'
  | 'living'
  /** The customer agreed on the page: the save passes once without a code. */
  | 'approved'
  /** Somebody who may do so vouched for the save: it passes once without a code. */
  | 'overridden'
  /** The customer objected on the page. */
  | 'declined'
  | 'expired'
  | 'in-progress'
  | 'held'
  | 'used'
  | 'exhausted';

/** What a row of `rules[]` says of its rule. `not-checked`: another code was at fault, and nobody looked at this one. */
export type Results = Slug | Standing | 'sent' | 'not-checked';

/** What is said of one rule. Members that do not apply are left out. */
export type RuleRow = {
  readonly rule: string;
  readonly name: string;
  /** The record's module, where it is not the rule's own but one that an address is taken from. */
  readonly module?: string;
  /** The stored record that it is about. */
  readonly record?: string;
  readonly result: Results;
  /** Where the code goes: a header or a field of the body. */
  readonly header: string;
  readonly field: string;
  /** Which symbols a code has, and how many. */
  readonly code_type: 'numeric' | 'alphabetic' | 'alphanumeric';
  readonly code_length: number;
  /** The customer can answer on a page instead of giving the code. */
  readonly confirm?: 'page';
  /** The new values that a code for this save confirms. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly channel?: string;
  /** Masked. */
  readonly sent_to?: string;
  /** RFC 3339. */
  readonly expires_at?: string;
  /** What the provider reported last; `at` is RFC 3339. */
  readonly delivery?: {
    readonly status: 'sent' | 'delivered' | 'read' | 'undelivered' | 'failed';
    readonly at: string;
  };
  readonly attempts_remaining?: number;
  readonly resends_remaining?: number;
  /** RFC 3339: from when on another send is allowed. */
  readonly resend_after?: string;
};

/** The body of a refusal, RFC 9457. A dialect may answer with the same members in its CRM's envelope. */
export type Problem = {
  /** `urn:countersign:problem:<slug>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly rules?: readonly RuleRow[];
  /** Names of fields that it is about. */
  readonly fields?: readonly string[];
  /** Seconds, as in `Retry-After`. */
  readonly retry_after?: number;
};
