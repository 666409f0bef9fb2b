import type { Outcome } from '../ledger/spending.ts';
import type { Slug } from './problem.ts';
import type { RadarFlag } from './radar-flag.ts';

/** What happened, in the past tense, to whom and when. Addresses masked, no code, ever. */
export type AuditEvent = AuditFact & {
  /** RFC 3339, by the gateway's clock. */
  readonly at: string;
  readonly request: string;
  readonly user: string;
  readonly ip: string;
};

/** `grant` names a grant, and is not its token. */
export type AuditFact =
  | RecordFact
  | { readonly event: 'grant-ended'; readonly grant: string }
  /** A configuration that took the place of another one: what changed, in words. */
  | {
      readonly event: 'configuration-changed';
      readonly revision: string;
      readonly previous: string;
      readonly changes: readonly string[];
    }
  /** The radar of the console found what no honest day looks like; `of` is a name, a keyed hash or a country. */
  | {
      readonly event: 'radar-flagged';
      readonly flag: RadarFlag;
      readonly about: 'caller' | 'address' | 'country';
      readonly of: string;
      readonly threshold: number | string;
    }
  /** What no module could be asked about, or what could not be read. `path` is a pattern: what tells records apart is left out. */
  | {
      readonly event: 'request-refused';
      readonly method: string;
      readonly path: string;
      readonly rules: readonly string[];
      readonly reason: Reason;
    };

/** Why something was refused: a slug, or the CRM's own status where its answer was handed on. */
export type Reason = Slug | `answer ${number}`;

/** What was refused: a save, a read of a record, or a call of the control API that sends a code, takes one back, vouches for a save, opens a grant or tells the standing. */
export type Refusable = 'save' | 'read' | 'send' | 'withdraw' | 'override' | 'grant' | 'standing';

/** What answered a rule: the code, the customer on its page, or somebody who vouched for the save. */
export type How = 'code' | 'page' | 'override';

/** What happened to a record. */
type RecordFact = {
  readonly module: string;
  readonly record: string | null;
} & (
  | { readonly event: 'code-sent'; readonly rule: string; readonly channel: string; readonly sentTo: string }
  /** After the answer, when it is too late to tell anybody. */
  | { readonly event: 'code-send-failed'; readonly rule: string; readonly reason: Slug }
  | { readonly event: 'code-withdrawn'; readonly rule: string }
  /** By whoever opened the link in the message. */
  | { readonly event: 'code-approved' | 'code-declined'; readonly rule: string }
  /** The rules that apply, or, where the record could not be read, those that may. */
  | {
      readonly event: `${Refusable}-refused`;
      readonly rules: readonly string[];
      readonly reason: Reason;
    }
  /** Somebody vouches for a save, before it may pass. `asked`: who had asked for it; empty where nobody had by a verified name. */
  | {
      readonly event: 'override-granted';
      readonly rule: string;
      readonly asked: string;
      readonly reason: string;
    }
  /**
   * A save went through that filled in an address of these rules, freely: nobody could be asked. `addresses`: the beginnings of keyed
   * hashes of those that stand in the record itself.
   */
  | {
      readonly event: 'address-filled-in';
      readonly rules: readonly string[];
      readonly addresses: readonly string[];
    }
  /** It went through. */
  | { readonly event: 'override-used'; readonly rule: string; readonly save: string }
  | { readonly event: 'grant-opened'; readonly rule: string; readonly grant: string }
  /** The intent: written before the record is shown. */
  | { readonly event: 'read-granted'; readonly rules: readonly string[] }
  /** The intent: written before the save is forwarded, or the record shown. */
  | {
      readonly event: 'save-countersigned' | 'read-countersigned';
      readonly rules: readonly string[];
      /** What answered each of them. */
      readonly by: readonly { readonly rule: string; readonly how: How }[];
      readonly save: string;
    }
  | {
      readonly event: 'save-settled' | 'read-settled';
      readonly rules: readonly string[];
      readonly save: string;
      readonly outcome: Outcome;
    }
);
