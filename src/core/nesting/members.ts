import { foldField, foldMarked } from '../likeness/fold.ts';
import { remembered } from '../remembered.ts';

/** What the configuration and the dialect say of the members of a module's saves. Names are keys of `keyOf`. */
export type Members = {
  readonly module: string;
  /** The field that holds a record's id. */
  readonly idField: string;
  /** The one spelling of an id; undefined where the text is none. */
  readonly idOf: (text: string) => string | undefined;
  /** Members that are declared nowhere: refused, searched for guarded names, or left alone. */
  readonly nested: 'refuse' | 'judge' | 'forward';
  /** The closed world of the record's fields, keys of `knownKeyOf`; undefined where any name may stand. */
  readonly known: ReadonlySet<string> | undefined;
  /** What may stand beside the fields. */
  readonly envelope: ReadonlySet<string>;
  /** Members that hold objects or lists and are columns of the record. */
  readonly values: ReadonlySet<string>;
  readonly relations: ReadonlyMap<string, Relation>;
  /** What those of them are about, as `subjectOf` has it, by which a reference is set that rules of the other module guard. */
  readonly linking: ReadonlySet<string>;
  /** The fields by which rules find another record. */
  readonly references: ReadonlySet<string>;
  /** Those of them that lead to a module, as they are spelled. */
  readonly leading: ReadonlyMap<string, readonly string[]>;
  /** What those modules are called in addresses of their records. */
  readonly ledTo: ReadonlySet<string>;
  /** Whether a list of plain values is a column where nothing else is said of it. */
  readonly listsAreValues: boolean;
  /** Members that the dialect itself knows as columns. */
  readonly isOwn: (name: string) => boolean;
  /** The fields that rules read or send to. */
  readonly guarded: ReadonlySet<string>;
  /** The fields that rules of other modules read or send to. */
  readonly guardedElsewhere: ReadonlySet<string>;
  /** What the module is called, in the configuration, in the CRM and in paths. */
  readonly names: readonly string[];
  /** What all of this means for one name. */
  readonly named: (name: string) => MemberMeaning;
};

/** What is known of a member by its name, whatever it holds. */
export type MemberMeaning = Spelling & {
  /** The relation that the member is, under its name or one with an ending. */
  readonly relation: Relation | undefined;
  /** Whether it is a path that begins at a member which holds another record. */
  readonly leadsElsewhere: boolean;
  /** Whether the closed world has it, where there is one. */
  readonly isKnown: boolean;
  /** Whether ids in it may set a reference that rules of the other module guard. */
  readonly mayLink: boolean;
  /** Whether the dialect itself knows it as a column. */
  readonly isOwn: boolean;
  /** Whether it may hold objects and lists, being a column of the record. */
  readonly isValue: boolean;
};

/** A member that holds records of another module, or their ids. */
export type Relation = {
  /** As it is declared. */
  readonly name: string;
  readonly module: string;
  /** The field of this record that holds the other's id; undefined where no declaration says that there is one. */
  readonly field: string | undefined;
  /** Fields of the other records that hold this one's id. */
  readonly references: readonly string[];
  /** Whether a rule names this member as the other side of its reference. */
  readonly isReverse: boolean;
};

/** The members of all mapped modules, by the module's name. */
export type Nesting = ReadonlyMap<string, Members>;

/** The one key of a name in all its spellings: `bankAccount`, `bank_account` and `bank-account` are one name. */
export const keyOf = foldField;

/** The key of a name that is known: `_status` is not `status` there, since Spring empties the field by it. */
export const knownKeyOf = foldMarked;

/** How a member is spelled: the name that is declared, and what its ending says of it. */
export type Spelling = {
  readonly base: string;
  /** `part`: Rails' `items_attributes` and OData's `Items@delta` name some of the records. `bind`: OData's reference by address. */
  readonly ending: 'none' | 'part' | 'bind';
  /** Whether the name is a path into an object: `items[0].status`. */
  readonly isPath: boolean;
  /** The first step of a name with dots, or with numbers between marks, which is a path to some readers only. */
  readonly step: string | undefined;
  /** The steps that follow it. */
  readonly below: readonly string[];
};

/** Of the words of OData, 4.01 lets the prefix go. */
const ENDING = /(?:(_attributes|@(?:odata\.)?delta)|(@(?:odata\.)?bind))$/i;

/** Dots and brackets, and the places in Django's formsets and the lists of WTForms: `deliveries-0-status`. */
const STEPS = /[.[\]]+|-\d+-/;

/** How a name is spelled. */
export const spellingOf = remembered((name: string): Spelling => {
  const match = ENDING.exec(name);
  if (match && match.index > 0) {
    const ending = match[1] === undefined ? 'bind' : 'part';
    return { base: name.slice(0, match.index), ending, isPath: false, step: undefined, below: [] };
  }
  const isPath = /[[\]]/.test(name);
  const [first = '', ...below] = name.split(STEPS).filter((step) => step !== '');
  const step = below.length > 0 ? first : undefined;
  return { base: isPath ? first || name : name, ending: 'none', isPath, step, below };
});
