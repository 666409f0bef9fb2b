import type { Outcome } from '../ledger/ledger.ts';
import type { Slug } from './problem.ts';

/** What happened, in the past tense, to whom and when. Addresses masked, no code, ever. */
export type AuditEvent = AuditFact & {
  /** RFC 3339, by the gateway's clock. */
  readonly at: string;
  readonly request: string;
  readonly user: string;
  readonly ip: string;
};

/** `grant` names a grant, and is not its token. */
export type AuditFact = RecordFact | { readonly event: 'grant-ended'; readonly grant: string };

/** What happened to a record. */
type RecordFact = {
  readonly module: string;
  readonly record: string | null;
} & (
  | { readonly event: 'code-sent'; readonly rule: string; readonly channel: string; readonly sentTo: string }
  | { readonly event: 'code-send-failed'; readonly rule: string; readonly reason: Slug }
  | {
      readonly event: 'save-refused' | 'read-refused';
      readonly rules: readonly string[];
      readonly reason: Slug;
    }
  | { readonly event: 'grant-opened'; readonly rule: string; readonly grant: string }
  /** The intent: written before the record is shown. */
  | { readonly event: 'read-granted'; readonly rules: readonly string[] }
  /** The intent: written before the save is forwarded, or the record shown. */
  | {
      readonly event: 'save-countersigned' | 'read-countersigned';
      readonly rules: readonly string[];
      readonly save: string;
    }
  | {
      readonly event: 'save-settled' | 'read-settled';
      readonly rules: readonly string[];
      readonly save: string;
      readonly outcome: Outcome;
    }
);
