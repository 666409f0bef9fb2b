import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DeliveryStatus } from './core/ledger/row.ts';
import type { StoredRow } from './core/ledger/stored-row.ts';
import type { Message } from './core/rule/message.ts';
import type { AddressKind } from './core/rule/recipient.ts';
import type { CollectionModule } from './core/saving/module.ts';
import type { StoredRecord } from './core/saving/save.ts';
import type { SteeredBy } from './core/saving/steered-by.ts';
import type { AuditEvent } from './core/verdict/audit-event.ts';
import type { Cleared } from './core/verdict/cleared.ts';
import type { UpstreamAnswer } from './core/verdict/verdict.ts';
import type { Headers } from './core/wire/headers.ts';

/** Keeps ledger rows. It knows versions, not meaning: see `docs/own-store.md`. Failures are `CountersignError('store-unavailable')`. */
export interface LedgerStore {
  /** The row, and the store's own time in milliseconds since 1970, by which codes live and die. */
  find(key: string): Promise<Found>;
  /** Stores `next` only where the stored version is `expected` (0: none). False where it is another. */
  replace(next: StoredRow, expected: number): Promise<boolean>;
  /** Removes rows that nobody needs (`purgeAt` is past); gives their number. */
  purge(): Promise<number>;
  /** Looks at the store before the first call does. Resolves where it cannot be reached yet; `CountersignError('config-invalid')` where it would lose rows. */
  start?(): Promise<void>;
  /** Lets go of what is open. Calls that come later fail. */
  close(): Promise<void>;
}

/** What a store knows of a key, with its own time in milliseconds since 1970. */
export type Found = { readonly row: StoredRow | undefined; readonly now: number };

/** Takes a message to a customer. */
export interface Channel {
  /** What kind of address it takes: rules clean, compare and mask stored addresses by it. */
  readonly addressKind: AddressKind;
  /**
   * The address in the form in which it is counted, fingerprinted and handed to `deliver`; undefined where messages may not go
   * there. Where it is left out, the address is cleaned as its kind is.
   */
  clean?(line: string): string | undefined;
  /** Ends within its own deadline, whatever the provider does; never throws. */
  deliver(message: Message): Promise<Delivery>;
  /** Where it is there, messages have a `reference`, with which the provider reports what became of them. */
  readonly reports?: ReportReader;
  /** Resolves when it is open, where that takes time; what it throws keeps the gateway from starting. */
  start?(): Promise<void>;
  /** Lets go of what is open. */
  close(): Promise<void>;
}

/** Reads what a provider reports. Anybody can send something there: only what the provider signed is believed, and of that only a status. */
export interface ReportReader {
  /** Looks no further than for the signature into what does not have it. */
  read(request: ReportRequest): ReportReading;
  /** The answer to a provider that asks, by a GET with this query, whether it has the right address; undefined where it is not its own. */
  greet?(query: string): string | undefined;
}

/** A request as it came, its body small. The query has its `?`. */
export type ReportRequest = { readonly query: string; readonly headers: Headers; readonly body: Uint8Array };

/** What a request of a provider came to. */
export type ReportReading =
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'unsigned' }
  /** Signed, and yet nothing of the provider's. */
  | { readonly kind: 'unreadable' };

/** What became of one message: `reference` is that of the message, as it was handed to the channel. */
export type Report = { readonly reference: string; readonly status: DeliveryStatus };

/** `refused`: the provider definitely did not take it. `unknown`: it may have. Reasons are for operators and hold no code. */
export type Delivery =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The time. Everything that lives and dies by this process goes by one clock; codes go by that of the store. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** What nobody can guess. */
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
  /** Whether it is the code that was hashed to the verifier in this context. False for a verifier of a secret that is gone. */
  matches(verifier: string, code: string, context: string): Promise<boolean>;
}

/** All that needs the secret. With everything stored in hand and not the secret, nothing of a code or an address can be found. */
export interface Keyring {
  /** Keyed hashes of the text, by the newest secret first, then by those that are being rotated out. */
  digests(
    purpose: 'row' | 'binding' | 'address' | 'save' | 'limit' | 'grant' | 'page',
    text: string,
  ): readonly [string, ...string[]];
  /** A hash without a key, which stays the same while secrets rotate: of what is sealed, or hashed with a key, before anybody gets to see it. */
  plainDigest(text: string): string;
  /** The text, encrypted by the newest secret, so that it can be opened for this context only. */
  seal(text: string, context: string): string;
  /** What was sealed; undefined where none of the secrets sealed it, or where it was sealed for another context. */
  open(sealed: string, context: string): string | undefined;
}

/** Reads a stored record the CRM's way, with the caller's own session. Never cached. */
export interface RecordReader {
  /** The record of this id, by the configuration's name for its module. Never throws for what the CRM does or says. */
  read(module: string, id: string): Promise<RecordAnswer>;
  /** Whether the CRM shows the record to the caller's `Authorization` alone, without a session or a cookie, and not to nobody. */
  vouchesFor(module: string, id: string): Promise<boolean>;
  /** Names in the query of the save that go with reads of the module's records, and by which the CRM may show another record, or none. */
  chosenBy(module: string): readonly string[];
}

/** `answer` is the CRM's own, from which the record was read. */
export type FoundRecord = {
  readonly kind: 'found';
  readonly record: StoredRecord;
  readonly answer: UpstreamAnswer;
};

/** A stored record, or why it is not shown. */
export type RecordAnswer =
  | FoundRecord
  /** The CRM's own 401, 403 or 404, which says in one way or another whether it shows no record of this id. */
  | { readonly kind: 'withheld'; readonly answer: UpstreamAnswer; readonly isMissing: boolean }
  /** The CRM knows the record by another spelling of its id. */
  | { readonly kind: 'misnamed'; readonly id: string }
  /** With what these names of the save's query and heads say, the CRM shows no record. */
  | { readonly kind: 'unshown'; readonly by: SteeredBy; readonly reason: string }
  /** `isBusy`: another time it may be. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly isBusy?: true };

/** What a lookup found: the id of the one record that a value names, or that there is none. */
export type LookupAnswer =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'none' }
  /** The CRM's own 401 or 403. */
  | { readonly kind: 'withheld'; readonly answer: UpstreamAnswer }
  /** `status` is the CRM's, where it answered. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly status?: number };

/** Takes one piece of a body. `isLast` says that nothing follows, where that is known already. */
export type TakePiece = (piece: Uint8Array, isLast: boolean) => Promise<void> | undefined;

/** The body of an answer on its way. It is taken once. */
export interface AnswerBody {
  /**
   * Hands each piece over as it comes; where `take` gives a promise, the next one is held back until it resolves. Resolves at
   * the end of the body; a cut is thrown as `UpstreamFault`, and so is what `take` throws.
   */
  each(take: TakePiece): Promise<void>;
  /** Tells the CRM that nobody wants the rest. */
  readonly giveUp: () => void;
}

/** The head of the CRM's answer, and its body on the way. */
export type UpstreamResponse = {
  readonly status: number;
  /** The words beside the status. */
  readonly reason: string;
  readonly headers: Headers;
  readonly body: AnswerBody;
};

/** An exchange that is streamed both ways. */
export type Streamed = {
  readonly answer: Promise<UpstreamResponse>;
  /** Ends it where it is, because the caller has left. */
  readonly giveUp: () => void;
};

/** The only way to the CRM. What it cannot deliver is thrown as `UpstreamFault`. */
export interface Upstream {
  /**
   * Forwards a held request. The only place where one can leave, and it takes what the gate has cleared. Never retried, redirects
   * never followed. `trace` names the span that it is sent in, in the place of the sender's.
   */
  forward(cleared: Cleared, trace?: Headers): Promise<UpstreamResponse>;
  /** Reads an answer to its end. */
  collect(response: UpstreamResponse): Promise<UpstreamAnswer>;
  /** Streams traffic that no module names, as it comes. */
  stream(request: IncomingMessage, path: string, headers: Headers): Streamed;
  /** Passes a WebSocket on, with all that it carries. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, headers: Headers): void;
  /** Reads stored records for one caller. The `query` of a save, and headers that no read brings by itself, may be about another record or version. */
  readerFor(headers: Headers, session: string | undefined, query?: string): RecordReader;
  /** Finds a record by the module's lookup, with the headers of one caller. */
  lookUp(definition: CollectionModule, value: string, headers: Headers): Promise<LookupAnswer>;
  /** Lets requests under way finish, for this long at most; those that are left then are lost. */
  close(withinMs?: number): Promise<void>;
}

/** Keeps what happened, for those who check afterwards. */
export interface AuditSink {
  /** Resolves when the event is written. `CountersignError('audit-unavailable')` where it cannot be. */
  write(event: AuditEvent): Promise<void>;
  /** Lets go of what is open. */
  close(): Promise<void>;
}

/** Structured logging, the part of pino that is used. Never given a code or an unmasked address. */
export interface Log {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
