import { isEmpty, type Json, type JsonObject, textOf } from '../wire/json.ts';
import type { TraceContext } from '../wire/trace-context.ts';
import type { SteeredBy } from './steered-by.ts';

/** `read` saves nothing: the record is to be shown. */
export type Operation = 'create' | 'update' | 'delete' | 'read';

/** One record that a request wants stored, as the dialect read it, or wants to see. */
export type Save = {
  /** The configuration's name for the module, `DeliveryNotes`. */
  readonly module: string;
  readonly operation: Operation;
  /** The CRM's own name for an operation other than the three, `reopen`: it may change more than its fields say. Criteria see it as the operation. */
  readonly verb?: string;
  /** The record's id exactly as it will be forwarded; null where the CRM has yet to give it one. */
  readonly id: string | null;
  /** The id that the CRM shows of the one record that the caller has of the module (`self`): another caller has another one. */
  readonly own?: string;
  /** The new values, without the codes. */
  readonly fields: JsonObject;
  /** Those of them that hold objects or lists and are columns, or are other saves: names in them are not names of this record. */
  readonly closed?: ReadonlySet<string>;
  /** Whether it creates the record where there is none of this id: it is judged as the one or the other, by what is stored. */
  readonly upserts?: true;
  /** Whether it empties what it does not name. */
  readonly replaces?: true;
  /** Whether something beside it may choose another version of the record than a read by its id shows: then nobody knows what it changes. */
  readonly isSteered?: true;
  /** The module to a record of which the record loses its relation, whatever names it has there. */
  readonly leaves?: string;
  /** Whether it may set any reference of the record to another one than it names. */
  readonly joins?: true;
  /** Fields that the CRM stores from the member of this name, too. */
  readonly secondNames?: (member: string) => readonly string[];
  /** Which texts the CRM takes for false where its field is one of truths, where all others are true to it: `"false"` is for some. */
  readonly isFalseText?: (text: string) => boolean;
  /** The one spelling of an id, where the CRM takes several for one record; undefined where the text is none. */
  readonly idOf?: (text: string) => string | undefined;
};

/** The CRM's stored record. */
export type StoredRecord = {
  readonly fields: JsonObject;
  /** The CRM's version of it, where it tells one (`ETag`). */
  readonly version?: string;
  /** Its own id, where it was asked for as the one that the caller has. */
  readonly own?: string;
  /**
   * Where the save may be about another version of the record, for what these names of its address and heads say: fields that the CRM shows
   * otherwise there, or not at all. They are not among the `fields`.
   */
  readonly unsure?: { readonly fields: ReadonlySet<string>; readonly by: SteeredBy };
};

/** Who asks. What could not be verified is empty. */
export type Caller = {
  readonly ip: string;
  readonly user: string;
  readonly role: string;
  readonly claims: JsonObject;
  /** The name of Basic credentials, until the CRM has vouched for it. No fact. */
  readonly claimed?: string;
};

/** The create that an upsert is where no record has its id. */
export function createOf({ upserts: _, ...save }: Save): Save {
  return { ...save, operation: 'create', id: null };
}

/** Whether every reader of a body takes the id for what a reader of an address takes it for: many frameworks trim texts, and only those of a body. */
export function isSameEverywhere(id: string): boolean {
  return !/^\s|\s$|[\p{C}\p{Default_Ignorable_Code_Point}]/u.test(id);
}

/** How the CRM reads the save, and of which version: records that are saved within it are read so, too. */
export function waysOf({
  secondNames,
  isFalseText,
  idOf,
  isSteered,
}: Save): Pick<Save, 'secondNames' | 'isFalseText' | 'idOf' | 'isSteered'> {
  return {
    ...(secondNames && { secondNames }),
    ...(isFalseText && { isFalseText }),
    ...(idOf && { idOf }),
    ...(isSteered && { isSteered }),
  };
}

/** The modules that the saves are about. */
export function modulesOf(saves: readonly Save[]): readonly string[] {
  const names = saves.map(({ module: name }) => name);
  return names.length > 1 ? [...new Set(names)] : names;
}

/** The read that the answer to a save may amount to: CRMs answer with the record. */
export function readOf({ module: name, id, own }: Save): Save {
  return ownedAs({ module: name, operation: 'read', id, fields: new Map() }, own);
}

/** The save as one of the record that has this id of its own, where the CRM shows one. */
export function ownedAs<S extends Save>(save: S, own: string | undefined): S {
  return own === undefined ? save : { ...save, own };
}

/** Who asks, and what they bring along, whatever they ask for. */
export type Asker = {
  readonly caller: Caller;
  /** Under which the caller's requests are counted: a verified name, else credentials, else an address. Never shown. */
  readonly principal: () => string;
  /** The token of a grant, where the request brings one. */
  readonly grant?: string | undefined;
  readonly request: { readonly id: string; readonly method: string; readonly path: string };
  /** The trace that the request belongs to, where its sender names one. */
  readonly trace?: TraceContext | undefined;
};

/** What a request wants, for the names of its events. */
export function kindOf({ saves }: { readonly saves: readonly Save[] }): 'save' | 'read' {
  return saves.every(({ operation }) => operation === 'read') ? 'read' : 'save';
}

/** What clients send for a record that has no id yet: nothing, 0, or the empty GUID of .NET. */
export function isNoId(value: Json): boolean {
  return isEmpty(value) || /^[0-]+$/.test(textOf(value) ?? '');
}
