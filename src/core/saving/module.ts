import { shortOf } from './front-controller.ts';
import type { OperationEntry } from './operation-entry.ts';

/** One module of the CRM, as the configuration maps it: which requests are about its records, and where their fields stand. */
export type ModuleDefinition = CollectionModule | DialectModule;

/** What modules of all dialects say. */
export type ModuleBase = {
  /** The configuration's name for it, `DeliveryNotes`. */
  readonly name: string;
  readonly dialect: string;
  /** Where its requests go, without a slash at its end. */
  readonly path: string;
  /** Name of the CRM where its requests go; undefined for the one where everything goes. */
  readonly upstream?: string | undefined;
  /** The form of refusals of its requests. */
  readonly refusal?:
    | { readonly type: string; readonly status?: number | undefined; readonly body: unknown }
    | undefined;
  /** The paths at which they arrive, where that is not the path itself: those of a CRM that stands at `/`. */
  readonly entryPaths?: readonly string[] | undefined;
  /** Whether a form that is JSON (`curl -d '{…}'`) is read and sent as JSON. */
  readonly assume?: 'json' | undefined;
  /** Whether the client's own bytes are sent, for CRMs that check a signature over them; codes may stand in headers only. */
  readonly verbatim?: boolean | undefined;
  /** Whether `//` in the path is read, and sent on, as `/`, for clients that join addresses carelessly. */
  readonly tolerateDoubleSlash?: boolean | undefined;
  /** Whether a save is sent with `If-Match` and the version of the record that was judged. */
  readonly ifMatch?: boolean | undefined;
  /** Headers that say who asks, beside `Authorization` and `Cookie`: they go with our own reads. */
  readonly credentialHeaders?: readonly string[] | undefined;
  /** Parameters of the address that say who asks: they go with our own reads, too. */
  readonly credentialQuery?: readonly string[] | undefined;
  /** Other headers of the caller that go with our own reads, such as one that names a tenant. */
  readonly readHeaders?: readonly string[] | undefined;
  /** Whether the record is read a second time with the headers of a save that are neither declared nor known. */
  readonly unknownHeaders?: 'forward' | 'judge' | undefined;
  /** Headers and parameters of the address by which the CRM chooses neither a record nor a version of one. */
  readonly neutralHeaders?: readonly string[] | undefined;
  readonly neutralQuery?: readonly string[] | undefined;
  /** The names that a save's fields may have; where it is left out, any. */
  readonly knownFields?: readonly string[] | undefined;
  /** What may stand beside the fields. */
  readonly envelopeFields?: readonly string[] | undefined;
  /** Members that hold objects or lists and are columns of the record. */
  readonly values?: readonly string[] | undefined;
  /** Members that hold records of other modules, or their ids. */
  readonly relations?: Readonly<Record<string, RelationTarget>> | undefined;
  /** What becomes of members that hold objects or lists and are declared nowhere. */
  readonly nested?: 'refuse' | 'judge' | 'forward' | undefined;
};

/** A module about whose requests only its dialect knows more. */
export type DialectModule = ModuleBase & {
  readonly isCollection?: undefined;
  /** The CRM's own name for the module, where requests name it by that. */
  readonly type?: string | undefined;
};

/** The module at the other end, and the field of this record that holds its id. */
export type RelationTarget = string | { readonly module: string; readonly field?: string | undefined };

/** A collection with an address of its own; a record is at `{path}/{id}`. */
export type CollectionModule = ModuleBase & {
  readonly isCollection: true;
  /** JSON pointer to the fields in a save's body. */
  readonly fields: string;
  /** JSON pointer to the record's fields in the answer to a read. */
  readonly record: string;
  /** The field that repeats the record's id, in saves and in answers. */
  readonly idField: string;
  /** Methods that a POST may stand for by `X-HTTP-Method-Override`: it is judged as that one, and sent with the header. */
  readonly methodOverrides?: readonly ('PUT' | 'PATCH' | 'DELETE')[];
  /** Whether a PUT leaves what it does not name as it is, or empties it, so that leaving a guarded field out is a change. */
  readonly put?: 'merge' | 'replace';
  /** JSON pointer to the list in a request that saves several records; undefined where there is none. */
  readonly records?: string | undefined;
  /** Whether an id has at least one digit, so that `/bulk` or `/search` is not taken for a record; `any` takes every segment. */
  readonly ids: 'numbered' | 'any';
  /** Whether the collection may be listed where reads of its records are guarded. */
  readonly lists: 'refuse' | 'allow';
  /** How a record is found by a value that a person supplies; undefined where it cannot be. */
  readonly lookup?: Lookup | undefined;
  /** What requests mean beside `{path}` and `{path}/{id}`. */
  readonly operations?: readonly OperationEntry[] | undefined;
  /** Whether `{path}` and `{path}/{id}` mean what they do in most APIs, or nothing that `operations` does not say. */
  readonly shapes?: 'usual' | 'none' | undefined;
  /** What is added to the reads by which records are judged. */
  readonly read?:
    | {
        readonly query?: string | undefined;
        /** Where the answer shows a field that saves have under another name: JSON pointers into the record, by that name. */
        readonly fields?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
  /** Members that are lists of columns, each item with its name and its value. */
  readonly columns?: Readonly<Record<string, Columns>> | undefined;
  /** Whether a create may bring the id of its record; then it is judged as the update that it may be. */
  readonly creates?: 'new' | 'upsert' | undefined;
  /** Headers of the reads by which saves are judged that stand in the body of a save: JSON pointers, by the header's name. */
  readonly credentialFields?: Readonly<Record<string, string>> | undefined;
  /** Media types that are read as JSON beside those that say so. */
  readonly mediaTypes?: readonly string[] | undefined;
};

/** The members of an item that name a column and hold its value, and those that may stand beside them. */
export type Columns = {
  readonly name: string;
  readonly value: string;
  readonly beside?: readonly string[] | undefined;
};

/** `GET {path}?{query}=<value>`, whose answer has the record at the JSON pointer. */
export type Lookup = {
  readonly path: string;
  readonly query: string;
  readonly record: string;
  /** Whether callers may learn who is there. */
  readonly enumeration: 'tell' | 'hide';
};

/** The paths at which records of the module are found by what a person says, where lists of them are not open; of a script, its short one, too. */
export function lookupsOf(definition: ModuleDefinition): readonly string[] {
  if (!isCollection(definition) || !definition.lookup || definition.lists === 'allow') return [];
  const path = definition.lookup.path.replace(/\/*(?:\?.*)?$/s, '');
  return [path, shortOf(path)?.replace(/^\/$/, '') ?? []].flat();
}

/** The paths at which requests about the module's records arrive. */
export function entryPathsOf({
  path,
  entryPaths = [path],
}: Pick<ModuleBase, 'path' | 'entryPaths'>): readonly string[] {
  return entryPaths;
}

/** Whether each record of the module has an address of its own, below that of its collection. */
export function isCollection(definition: ModuleDefinition): definition is CollectionModule {
  return definition.isCollection === true;
}
