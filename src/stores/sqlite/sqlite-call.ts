/** What the ledger's thread is asked for. */
export type SqliteCall =
  | { readonly kind: 'find'; readonly key: string }
  | {
      readonly kind: 'replace';
      readonly key: string;
      readonly version: number;
      /** The version that must be stored; 0: none. */
      readonly expected: number;
      readonly purgeAt: number;
      readonly text: string;
    }
  /** Removes some rows that nobody needs. */
  | { readonly kind: 'purge' };

/** The answer: `text` and `now` to a look, `changes` to what writes. */
export type SqliteAnswer = { readonly text?: string; readonly now?: number; readonly changes?: number };

/** What the ledger's thread is started with. */
export type SqliteThreadSettings = {
  readonly path: string;
  /** How long a write waits for another process's lock before it fails. */
  readonly busyTimeoutMs: number;
};

/** A purge holds the write lock for this many rows at most. */
export const PURGE_BATCH = 500;
