import type { Json, JsonObject } from '../wire/json.ts';
import type { RequestTemplate } from './request-template.ts';

/** One entry of a module's `operations`, as it is configured: what a request means. */
export type OperationEntry = {
  /** `METHOD /path/{id}`, from the CRM's root. */
  readonly request: string;
  /** Values in the body, by JSON pointers, that tell several meanings of one request apart. */
  readonly when?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Headers that tell several meanings of one request apart. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly save?: SaveEntry | undefined;
  readonly read?: { readonly id: string; readonly record?: string | undefined } | undefined;
  readonly lists?: true | undefined;
  readonly harmless?: true | undefined;
  readonly batch?: BatchEntry | undefined;
};

/** Where a request that lists other requests of the same API has them, and the members of each. */
export type BatchEntry = {
  /** JSON pointer to the list. */
  readonly calls: string;
  /** JSON pointers into each of the calls, of one step. */
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers?: string | undefined;
  /** What the paths of the calls count from; without it they are whole. */
  readonly base?: string | undefined;
  /** What may stand beside the list, and beside these members in a call. */
  readonly envelopeFields: readonly string[];
  /** Where the answer has the calls' own, and what in one of them tells that it failed: its status, or a member that it has then. */
  readonly answers?:
    | { readonly list: string; readonly status?: string | undefined; readonly failed?: string | undefined }
    | undefined;
};

/**
 * What a request saves, as an entry of `operations` says it. `id` names one record, `ids` several that share their fields, `records`
 * several with fields of their own.
 */
export type SaveEntry = {
  readonly operation?: 'create' | 'update' | 'delete' | undefined;
  /** `{name}` of the path, `self`, or a JSON pointer. */
  readonly id?: string | undefined;
  /** JSON pointer to a list of ids. */
  readonly ids?: string | undefined;
  /** JSON pointer to a list of records, from each of which `id` and `fields` count. */
  readonly records?: string | undefined;
  readonly fields?: string | undefined;
  readonly set?: Readonly<Record<string, unknown>> | undefined;
  /** Whether it empties what its fields leave out. */
  readonly replaces?: true | undefined;
};

/** The id of a record that is the only one of its module. */
export const SELF = 'self';

/** How a save names its record or records. */
export type Naming =
  | { readonly kind: 'new' | 'self' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'id' | 'ids'; readonly pointer: string }
  | { readonly kind: 'records'; readonly pointer: string; readonly id: string | undefined };

/** What a described request does. */
export type Act =
  | {
      readonly kind: 'save';
      readonly operation: 'create' | 'update' | 'delete';
      readonly naming: Naming;
      /** Where the fields stand; undefined where the request brings none. */
      readonly fields: string | undefined;
      /** What it stores whatever its body says. */
      readonly set: JsonObject;
      /** Whether it empties what its fields leave out, whatever its method. */
      readonly replaces: boolean;
      /** Whether nobody said what it stores: then it may be anything. */
      readonly isOpen: boolean;
    }
  | { readonly kind: 'read'; readonly id: string; readonly record: string }
  | { readonly kind: 'batch'; readonly batch: BatchEntry }
  | { readonly kind: 'lists' | 'harmless' };

/** An entry of `operations`, ready for use. */
export type DescribedOperation<M> = {
  readonly definition: M;
  readonly template: RequestTemplate;
  readonly when: readonly (readonly [pointer: string, wanted: Json])[];
  /** By their names in small letters. */
  readonly heads: readonly (readonly [name: string, wanted: string])[];
  readonly act: Act;
};

/** A described operation that a request's path and query may be, with what the names in braces stand for there. */
export type MeantOperation<M> = DescribedOperation<M> & {
  readonly values: ReadonlyMap<string, string>;
  /** The query without what the template names. */
  readonly restOfQuery: string;
};
