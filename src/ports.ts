import type { AuditEvent } from './core/audit-event.ts';
import type { Message } from './core/message.ts';
import type { AddressKind } from './core/recipient.ts';
import type { Row } from './core/row.ts';
import type { StoredRecord } from './core/save.ts';
import type { UpstreamAnswer } from './core/verdict.ts';

/** Keeps ledger rows. It knows versions, not meaning: see `docs/own-store.md`. Failures are `CountersignError('store-unavailable')`. */
export interface LedgerStore {
  /** The row, and the store's own time in milliseconds since 1970, by which codes live and die. */
  find(key: string): Promise<Found>;
  /** Stores `next` only where the stored version is `expected` (0: none). False where it is another. */
  replace(next: Row, expected: number): Promise<boolean>;
  /** Removes rows that nobody needs any more (`purgeAt` is past); gives their number. */
  purge(): Promise<number>;
  close(): Promise<void>;
}

export type Found = { readonly row: Row | undefined; readonly now: number };

/** Takes a message to a customer. */
export interface Channel {
  readonly addressKind: AddressKind;
  /** Ends within its own deadline, whatever the provider does; never throws. */
  deliver(message: Message): Promise<Delivery>;
  close(): Promise<void>;
}

/** `refused`: the provider definitely did not take it. `unknown`: it may have. Reasons are for operators and hold no code. */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Random {
  /** An unbiased number from 0 to `size` - 1, from the system's cryptographic source. */
  below(size: number): number;
  /** A name that nobody else drew, without meaning. */
  id(): string;
}

/** Makes and checks verifiers. Bounded: `CountersignError('hashing-busy')` where too many wait. */
export interface CodeHasher {
  /** A verifier of the code, good in this context only. */
  hash(code: string, context: string): Promise<string>;
  matches(verifier: string, code: string, context: string): Promise<boolean>;
}

/** All that needs the secret. With everything stored in hand and not the secret, nothing of a code or an address can be found. */
export interface Keyring {
  /** Keyed hashes of the text, by the newest secret first, then by those that are being rotated out. */
  digests(purpose: 'row' | 'binding' | 'address' | 'save', text: string): readonly [string, ...string[]];
  seal(text: string, context: string): string;
  /** Undefined where it was sealed by no secret of ours, or for another context. */
  open(sealed: string, context: string): string | undefined;
}

/** Reads a stored record the CRM's way, with the caller's own session. Never cached. */
export interface RecordReader {
  read(module: string, id: string): Promise<RecordAnswer>;
}

export type RecordAnswer =
  | { readonly kind: 'found'; readonly record: StoredRecord }
  /** The CRM's own 401, 403 or 404. */
  | { readonly kind: 'withheld'; readonly answer: UpstreamAnswer }
  /** The CRM knows the record by another spelling of its id. */
  | { readonly kind: 'misnamed'; readonly id: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface AuditSink {
  /** Resolves when the event is written. `CountersignError('audit-unavailable')` where it cannot be. */
  write(event: AuditEvent): Promise<void>;
  close(): Promise<void>;
}

/** Structured logging, the part of pino that is used. Never given a code or an unmasked address. */
export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
