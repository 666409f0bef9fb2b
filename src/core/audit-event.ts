import type { Outcome } from './ledger.ts';
import type { Slug } from './problem.ts';

/** What happened, in the past tense, to whom and when. Addresses masked, no code, ever. */
export type AuditEvent = AuditFact & {
  /** RFC 3339, by the gateway's clock. */
  readonly at: string;
  readonly request: string;
  readonly user: string;
  readonly ip: string;
};

/** What happened to a record. */
export type AuditFact = {
  readonly module: string;
  readonly record: string | null;
} & (
  | { readonly event: 'code-sent'; readonly rule: string; readonly channel: string; readonly sentTo: string }
  | { readonly event: 'code-send-failed'; readonly rule: string; readonly reason: Slug }
  | { readonly event: 'save-refused'; readonly rules: readonly string[]; readonly reason: Slug }
  /** The intent: written before the save is forwarded. */
  | { readonly event: 'save-countersigned'; readonly rules: readonly string[]; readonly save: string }
  | {
      readonly event: 'save-settled';
      readonly rules: readonly string[];
      readonly save: string;
      readonly outcome: Outcome;
    }
);
