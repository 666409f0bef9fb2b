import type {
  Described as Meant,
  DescribedOperation as Operation,
  OperationEntry,
} from './operation-entry.ts';

/** One module of the CRM, as the configuration maps it: which requests are about its records, and where their fields stand. */
export type ModuleDefinition =
  | RestModule
  | PrefixedModule
  | TypedModule
  | ODataModule
  | GraphqlModule
  | ActionModule
  | OwnModule;

type Common = {
  /** The configuration's name for it, `DeliveryNotes`. */
  readonly name: string;
  /** Where its requests go, without a slash at its end. */
  readonly path: string;
  /** Name of the CRM where its requests go; undefined for the one where everything goes. */
  readonly upstream?: string | undefined;
  /** The form of refusals of its requests. */
  readonly refusal?:
    | { readonly type: string; readonly status?: number | undefined; readonly body: unknown }
    | undefined;
  /** The paths at which they arrive, where that is not the path itself: those of a CRM that stands at `/`. */
  readonly doors?: readonly string[] | undefined;
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
  /** Other headers of the caller that go with our own reads, such as one that names a tenant. */
  readonly readHeaders?: readonly string[] | undefined;
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

/** The module at the other end, and the field of this record that holds its id. */
export type RelationTarget = string | { readonly module: string; readonly field?: string | undefined };

/** A collection with an address of its own; a record is at `{path}/{id}`. */
export type RestModule = Common & {
  readonly dialect: 'rest';
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
  readonly read?: { readonly query?: string | undefined } | undefined;
  /** Whether a create may bring the id of its record; then it is judged as the update that it may be. */
  readonly creates?: 'new' | 'upsert' | undefined;
  /** Headers of the reads by which saves are judged that stand in the body of a save: JSON pointers, by the header's name. */
  readonly credentialFields?: Readonly<Record<string, string>> | undefined;
  /** Media types that are read as JSON beside those that say so. */
  readonly mediaTypes?: readonly string[] | undefined;
};

/** An entry of `operations`, ready for use. */
export type DescribedOperation = Operation<RestModule>;

/** One that a request's path and query may be. */
export type Described = Meant<RestModule>;

/** `GET {path}?{query}=<value>`, whose answer has the record at the JSON pointer. */
export type Lookup = {
  readonly path: string;
  readonly query: string;
  readonly record: string;
  /** Whether callers may learn who is there. */
  readonly enumeration: 'tell' | 'hide';
};

/** A module of Vtiger, whose records have ids like `17x123`; all modules share one path. */
export type PrefixedModule = Common & {
  readonly dialect: 'vtiger-webservice' | 'vtiger-rest';
  /** What stands before the `x`. It differs from installation to installation. */
  readonly idPrefix: string;
  /** The CRM's own name for the module. */
  readonly type: string;
  /** Operations that countersign does not know and that save nothing, in lower case. They count for the whole path. */
  readonly readOnlyOperations?: readonly string[] | undefined;
};

/** A module that requests name by its type; all modules share one path. */
export type TypedModule = Common & {
  readonly dialect: 'suitecrm' | 'espocrm' | 'salesforce';
  /** The CRM's own name for the module. */
  readonly type: string;
  /** The version of the API in which its records are read, where the address of a record has one. */
  readonly version?: string | undefined;
};

/** A module whose dialect a plug-in brings, with the keys of its own schema beside these. */
export type OwnModule = Common & {
  readonly dialect: `${string}` & { readonly own?: never };
  readonly type?: string | undefined;
};

/** What a call by name means: the fields that it sets, or that it saves nothing. */
export type Meaning = {
  readonly set?: Readonly<Record<string, string | number | boolean | null>> | undefined;
  readonly harmless?: true | undefined;
};

/** An entity set of an OData service; all of them lie below its root. */
export type ODataModule = Common & {
  readonly dialect: 'odata';
  /** The entity set. */
  readonly type: string;
  /** The property that is the key. */
  readonly key: string;
  /** Whether every key is a text, and stands in quotes, or numbers and GUIDs are none. */
  readonly keys: 'auto' | 'text';
  /** What bound actions mean. */
  readonly actions: Readonly<Record<string, Meaning>>;
};

/** A type of a GraphQL schema, by the mutations that save its records. */
export type GraphqlModule = Common & {
  readonly dialect: 'graphql';
  readonly type: string;
  readonly idField: string;
  /** By field of the Mutation type. */
  readonly mutations: Readonly<Record<string, Mutation>>;
  /** The query by which a record is read. */
  readonly record: string;
};

/** What a mutation saves. `id` and `fields` are the name of an argument or a JSON pointer into the arguments. */
export type Mutation = Meaning & {
  readonly operation: 'create' | 'update' | 'delete';
  readonly id?: string | undefined;
  readonly fields?: string | undefined;
};

/** A module whose records are saved by calls by name. */
export type ActionModule = Common & {
  readonly dialect: 'odoo' | 'frappe';
  readonly type: string;
  /** What methods mean that the dialect does not know. */
  readonly actions: Readonly<Record<string, Meaning>>;
};

/** The paths at which requests about the module's records arrive. */
export function doorsOf({ path, doors = [path] }: Pick<Common, 'path' | 'doors'>): readonly string[] {
  return doors;
}

/** Whether each record of the module has an address of its own, below that of its collection. */
export function isCollection(definition: ModuleDefinition): definition is RestModule {
  return isCollectionDialect(definition.dialect);
}

/** The same by the name of the dialect, where nothing else of the module is known yet. */
export function isCollectionDialect(dialect: string | undefined): boolean {
  return dialect === COLLECTION_DIALECT;
}

/** The dialect of modules whose records have addresses of their own. */
export const COLLECTION_DIALECT = 'rest';

export type DialectName = ModuleDefinition['dialect'];

/** A path with the modules behind it, all of one dialect, and what of a request's path lies below it. */
export type Mount<M extends ModuleDefinition = ModuleDefinition> = {
  readonly path: string;
  /** One at least. */
  readonly definitions: readonly [M, ...M[]];
  readonly segments: readonly string[];
  /**
   * The operations of the modules that the request's method, path and query are; empty where it is none of them, and nothing else
   * that a module's path stands for. Undefined where the path is a module's own.
   */
  readonly described?: readonly Described[] | undefined;
};
