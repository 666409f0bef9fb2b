import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { DecisionRecord, WhyRule } from '../core/verdict/decision-record.ts';
import type { RadarFlag } from '../core/verdict/radar-flag.ts';

/** A decision as the console lists it: what the line of the log has, and when. */
export type DecisionRow = Omit<DecisionRecord, 'kind' | 'named' | 'beside' | 'nested'> & {
  /** RFC 3339, by the gateway's clock. */
  readonly at: string;
};

/** One decision with all that was kept of it. */
export type DecisionStory = {
  readonly row: DecisionRow;
  readonly why: readonly WhyRule[];
  /** What the audit was told meanwhile. */
  readonly steps: readonly AuditEvent[];
};

/** The last decisions, as they happen. */
export interface Journal {
  /** Newest first. */
  rows(): readonly DecisionRow[];
  storyOf(decision: string): DecisionStory | undefined;
  /** Calls back for each decision from now on, until what it gives is called. */
  watch(take: (row: DecisionRow) => void): () => void;
  /** How often each rule in shadow mode would have refused, by its id. */
  shadows(): ReadonlyMap<string, number>;
}

/** What the radar found: once a day for each flag and whom it is about. */
export type RadarFinding = {
  readonly flag: RadarFlag;
  readonly about: 'caller' | 'address' | 'country';
  /** Their name, a keyed hash, or the country. */
  readonly of: string;
  /** From when on it is found, as it is configured: a number, or a duration. */
  readonly threshold: number | string;
};

/** What callers, addresses and countries did in the last 24 hours. */
export type RadarView = {
  readonly callers: readonly (CallerCounts & {
    readonly caller: string;
    readonly flags: readonly RadarFlag[];
  })[];
  readonly addresses: readonly {
    /** Masked. */
    readonly address: string;
    /** How many records it confirmed. */
    readonly records: number;
    readonly flags: readonly RadarFlag[];
  }[];
  readonly countries: readonly {
    /** ISO 3166-1. */
    readonly country: string;
    readonly asked: number;
    readonly entered: number;
    readonly flags: readonly RadarFlag[];
  }[];
  readonly alarms: readonly { readonly at: string; readonly scope: string; readonly country: string }[];
  readonly thresholds: RadarThresholds;
};

/** From when on something is flagged, within 24 hours. */
export type RadarThresholds = {
  readonly asked: number;
  /** The share of codes that is entered at least. */
  readonly entered: number;
  readonly withinMs: number;
  readonly records: number;
};

/** What somebody did in the last 24 hours. */
export type CallerCounts = {
  readonly asked: number;
  readonly entered: number;
  readonly wrong: number;
  readonly declined: number;
  readonly overridden: number;
  /** Entered sooner after sending than people read a message. */
  readonly fast: number;
  /** Entered with a code to an address that they had filled in themselves, in the 24 hours before. */
  readonly filledIn: number;
};

/** Reads the audit that is written. */
export interface AuditReader {
  /** The newest of those that match, oldest first. */
  events(isWanted: (event: AuditEvent) => boolean): Promise<readonly AuditEvent[]>;
  chain(): Promise<AuditChain>;
  /** The proof of a save, as text; undefined where the audit does not have it, or is not whole. */
  proof(save: string): Promise<string | undefined>;
}

/** Whether the chain of the audit is whole, and how far it goes. */
export type AuditChain = {
  readonly state: 'whole' | 'broken';
  readonly lines: number;
  readonly faults: readonly { readonly line: number; readonly message: string }[];
};

/** What is in force, for people. */
export type RulesView = {
  readonly revision: string;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly module: string;
    readonly on: readonly string[];
    /** The fields that its criteria read. */
    readonly reads: readonly string[];
    readonly mode: string;
    readonly shadow: number;
  }[];
  /** What the last reload changed, a line each. */
  readonly diff: readonly string[];
};

/** Judges a request as the gateway would; sends, stores and asks nobody. Rejects with a sentence where the request cannot be read. */
export interface Bench {
  judge(
    request: string,
    stored: { readonly before?: object | undefined; readonly related?: Readonly<Record<string, object>> },
  ): Promise<{ readonly verdict: string; readonly status: number; readonly rules: readonly WhyRule[] }>;
}
