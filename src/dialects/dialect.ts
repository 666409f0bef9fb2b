import type { Outcome } from '../core/ledger/spending.ts';
import type { NestingFacts } from '../core/nesting/compile.ts';
import type { ModuleDefinition } from '../core/saving/module.ts';
import type { Mount } from '../core/saving/mount.ts';
import type { Save, StoredRecord } from '../core/saving/save.ts';
import type { Problem, Written } from '../core/verdict/problem.ts';
import type { UpstreamAnswer } from '../core/verdict/verdict.ts';
import type { Body } from '../core/wire/body.ts';
import type { Headers } from '../core/wire/headers.ts';
import type { Json } from '../core/wire/json.ts';
import type { MediaType } from '../core/wire/media-type.ts';
import type { PresentedCode } from '../core/wire/parameter.ts';
import type { Escapes } from '../core/wire/write-json.ts';

/**
 * How one CRM API says "save". Pure: bytes in, values out. All that countersign knows of a CRM is behind these functions;
 * see `docs/own-dialect.md`.
 */
export interface Dialect<M extends ModuleDefinition = ModuleDefinition> {
  readonly name: string;
  /** Whether cookies can steer the CRM or save by themselves, so that none is sent on but where a reading asks for it. */
  readonly dropsCookies: boolean;
  /** Segments of paths by which the CRM saves beside its API, so that `check` warns where one is open. */
  readonly otherDoors?: readonly string[];
  /** How texts in JSON are escaped; `long` unless the CRM's decoder needs the other. */
  readonly jsonEscapes?: Escapes;
  /** Reads a `Content-Type`, where the CRM knows parameters of JSON of its own that make no other record of it; they are sent on. */
  readonly readMediaType?: (text: string) => MediaType | undefined;
  /** Whether its batches may come as multipart/mixed: they are read as the JSON that says the same, and sent as they came. */
  readonly readsMixed?: boolean;
  /** Headers by which the CRM knows who asks, beside `Authorization` and `Cookie`. */
  readonly credentialHeaders?: readonly string[];
  /** Headers of the CRM's clients by which it chooses neither a record nor a version of one. */
  readonly neutralHeaders?: readonly string[];
  /**
   * What the head alone says: a read of records, or of something else (`unmapped-read`); a write whose body must be read, or that has
   * none; or a write that nobody can judge.
   */
  recognise(head: Head, mount: Mount<M>): 'read' | 'unmapped-read' | 'body' | 'bodyless' | 'unknown';
  /**
   * Which reads on the path of these modules surely save nothing: by GET and HEAD, plainly spelt, without a body, without another method in
   * a header or a parameter, and without cookies where those are dropped. What a front proxy may send to the CRM itself; where it is left
   * out, or undefined, all goes to the gateway.
   */
  sureReads?(definitions: Mount<M>['definitions']): SureReads | undefined;
  /** What a write that nobody can judge may have been meant as, and what the configuration has to say then: never what opens a way past a rule. */
  whyUnknown?(mount: Mount<M>): string | undefined;
  /** How a write that nobody can judge by its head may be declared. */
  aboutUnknown?(head: Head, mount: Mount<M>): About | undefined;
  /** Names that steer the request or name its record: each may stand once in a form, and no one of them in the address of a write. */
  controlNames(mount: Mount<M>): readonly string[];
  /** Reads a write. `body` is null for one without a body; `guarded` are the names of fields that rules of the mount read, send to or show. */
  read(head: Head, mount: Mount<M>, body: Body | null, guarded: readonly string[]): Reading;
  /**
   * The requests that a write lists, where it is a batch of them: each is judged as one that came by itself, and all go on or none.
   * Undefined where it is none; then `read` reads it.
   */
  callsIn?(head: Head, mount: Mount<M>, body: Body): Calls | undefined;
  /** The caller's session, where it stands in the address or the body and not in a header. */
  sessionOf(head: Head, body: Body | null): string | undefined;
  /** Statuses beside 401, 403 and 404 by which the CRM says that it does not show a record. */
  readonly withheldStatuses?: readonly number[];
  /** Which of the three such an answer means, where its status does not say so. */
  withheldAs?(answer: Pick<UpstreamAnswer, 'body'>): 401 | 403 | 404;
  /** How to ask for a stored record, below the CRM's base address: a GET, unless there is a `recordBody`. */
  recordPath(definition: M, id: string, session: string | undefined): string;
  /** The JSON document that asks for it by a POST, where the CRM answers to no GET. */
  recordBody?(definition: M, id: string, session: string | undefined): Json | undefined;
  /** What a 200 answer to that says. */
  recordOf(definition: M, id: string, answer: RecordDocument): RecordReading;
  /** Whether the answer to a save means that it was stored. `mount`: where the save was sent. */
  outcomeOf(answer: Pick<UpstreamAnswer, 'status' | 'body'>, mount?: Mount<M>): Outcome;
  /** The id that the CRM gave a new record, where its answer to the save tells it. */
  createdIdOf?(definition: M, answer: Pick<UpstreamAnswer, 'body'>): string | undefined;
  /** What is known of the members of a module's records: which holds their id, and which are columns though they nest. */
  nesting(definition: M): NestingFacts;
  /** A refusal in the CRM's own envelope. `asked`: what is refused, as far as it was read. */
  refusal(problem: Problem, asked?: Asked): Envelope;
}

/** A request on a module's path that is answered. */
export type Asked = {
  readonly mount: Pick<Mount, 'path' | 'segments'>;
  readonly headers: Headers;
  /** Its body, once it was read. */
  readonly body: Body | undefined;
};

/** The head of a request: what is known before its body is read. */
export type Head = { readonly method: string; readonly query: string; readonly headers: Headers };

/** What the address of a read that surely saves nothing looks like. */
export type SureReads = {
  /** What stands below the path of the modules: anything, nothing, one of these words, or anything below one of these paths. */
  readonly below: 'anything' | 'nothing' | readonly string[] | { readonly within: readonly string[] };
  /** The parameter that stands in its query once and says what is done, and the words by which nothing is saved. */
  readonly by?: { readonly parameter: string; readonly words: readonly string[] };
  /** Parameters that do not stand in its query. */
  readonly without?: readonly string[];
};

/** What a write says. */
export type Reading =
  | {
      readonly kind: 'saves';
      readonly saves: readonly Save[];
      readonly codes: readonly PresentedCode[];
      /** What is sent on: the body without the codes. */
      readonly body: Body | null;
      /** Whether it also writes to what no module maps, and to what. */
      readonly alsoUnmapped?: boolean;
      readonly about?: About;
    }
  /** A login, a search, a description: it goes on, without a code in it. */
  | { readonly kind: 'harmless'; readonly body: Body | null; readonly keepsCookies?: boolean }
  /** A write to what no module maps: it follows `unmappedWrites`. */
  | {
      readonly kind: 'unmapped';
      readonly body: Body | null;
      /** What it writes to, in the CRM's own words. */
      readonly about?: About;
    }
  /** Refused, with what to send instead; `about` where the configuration could say what it means. */
  | { readonly kind: 'unreadable'; readonly detail: string; readonly about?: About };

/** A batch, taken apart: its requests, and the codes that stand beside them. */
export type Calls =
  | { readonly kind: 'calls'; readonly calls: readonly Call[]; readonly codes: readonly PresentedCode[] }
  | Extract<Reading, { kind: 'unreadable' }>;

/** One request within another, as it came, codes and all. */
export type Call =
  | {
      readonly kind: 'call';
      readonly method: string;
      /** From the CRM's root, perhaps with a query. */
      readonly path: string;
      /** What it says beside the headers of the batch. */
      readonly headers: Headers;
      /** Null where it has none. */
      readonly body: Json;
    }
  | Extract<Reading, { kind: 'unreadable' }>;

/** What a write is about, in the CRM's own words: names, and no value. */
export type About = Pick<Written, 'type' | 'idPrefix' | 'operation' | 'declared'>;

/** An answer to the read of a record. */
export type RecordDocument = { readonly body: Json; readonly version: string | undefined };

/**
 * `withheld`: the CRM says in its envelope that the caller may not see it, or that there is none. `answer` says so in place of the
 * CRM's own, where nobody who asked for a save would understand that; `isMissing` where it surely shows none of this id.
 */
export type RecordReading =
  | { readonly kind: 'found'; readonly record: StoredRecord; readonly id: string | undefined }
  | { readonly kind: 'withheld'; readonly answer?: string; readonly isMissing?: true }
  | { readonly kind: 'unreadable' };

/** A refusal as it is sent. */
export type Envelope = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Headers by which the CRM tells why. */
  readonly headers?: Headers;
};
