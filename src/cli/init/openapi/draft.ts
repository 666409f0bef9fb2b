import type { DescribedRequest } from './paths.ts';

/** One entry of `operations`, as it is written. */
export type DraftOperation = {
  readonly request: string;
  readonly save?: Readonly<Record<string, string>>;
  readonly read?: Readonly<Record<string, string>>;
  readonly lists?: true;
  readonly harmless?: true;
  /** Said beside it. */
  readonly comment?: string;
  /** Of an action of which nobody knows what it stores: the members of its body, where the document says them. */
  readonly brings?: readonly string[];
};

/** A module that was found in a document: a collection, and how its records are asked for. */
export type Draft = {
  readonly name: string;
  readonly path: string;
  /** How the last segment of a record's path is written around its id: `{id}.json`, `Orders({id})`. */
  readonly around: readonly [before: string, after: string];
  /** The path of a record, with the names of the document. */
  readonly itemPath: string;
  readonly items: readonly DescribedRequest[];
  readonly lists: readonly DescribedRequest[];
};

/** What was found in a document, in the words of a configuration. */
export type DescribedApi = {
  readonly modules: ReadonlyMap<string, Module>;
  readonly passthrough: readonly string[];
  /** Writes that nobody knows the meaning of, and that are refused. */
  readonly refused: readonly string[];
};

/** A module of dialect `rest`, as the document has it. */
export type Module = {
  /** As it is written below its name. */
  readonly entry: Readonly<Record<string, unknown>>;
  readonly operations: readonly DraftOperation[];
  /** Requests whose meaning only the owner of the API knows; they are refused until somebody says it. */
  readonly unknown: readonly string[];
  /** Of its records, where the document says which there are. */
  readonly fields: readonly string[];
  /** Those of them that are sent and hold objects or lists. */
  readonly nesting: readonly string[];
  /** What the document does not say, in sentences. */
  readonly notes: readonly string[];
  /** How a record is saved, for the file of cases; undefined where none can be. */
  readonly save:
    | {
        readonly method: string;
        readonly path: string;
        readonly pointer: string;
        readonly records?: string | undefined;
      }
    | undefined;
};
