import { FileValue, isPlainValue, RepeatedValue } from '../wire/body.ts';
import { isList, isObject, type Json, type JsonObject } from '../wire/json.ts';
import { foldField } from './fold.ts';
import { namedBy, namingOf } from './naming.ts';
import { relationsIn } from './reference.ts';
import { documentIn, MOST_DOCUMENTS } from './text-document.ts';

/** The fields of a save, and how its members are to be read. */
export type Saying = {
  readonly fields: JsonObject;
  /** Members that hold objects or lists and are columns, or other saves: names in them are none of the record's. */
  readonly closed?: ReadonlySet<string> | undefined;
  /** Fields that the CRM stores from the member of this name, too: `emailAddress` from `emailAddressData`. */
  readonly secondNames?: ((member: string) => readonly string[]) | undefined;
};

/** Members of a save by the names, folded, that stand in them. */
type MembersByName = ReadonlyMap<string, readonly string[]>;

/** Where in a save names stand that may be a field's. Its size and the time it takes grow with the save and nothing else. */
export type NameIndex = {
  /** Members that are the field, in whatever spelling. */
  readonly fields: MembersByName;
  /** Members in which the name stands in any other way: below or beside a value, as a part of a name, as a text. */
  readonly elsewhere: MembersByName;
  /** Members whose own value is a text that may be the name. */
  readonly texts: MembersByName;
  /** Members whose own text holds a document in which the name stands. */
  readonly documents: MembersByName;
  /** Members that are or hold what may be the relation. */
  readonly relations: MembersByName;
};

/** All names, folded, that stand in a save; one that stands there in several ways comes several times. */
export function* namesIn({ fields, elsewhere, texts, documents, relations }: NameIndex): Iterable<string> {
  for (const members of [fields, elsewhere, texts, documents, relations]) yield* members.keys();
}

/**
 * The values that the members of this name, folded, give the field; undefined where the name stands in another way, so that nobody
 * knows the value, or not at all.
 */
export function valuesUnder(
  name: string,
  { fields }: Pick<Saying, 'fields'>,
  index: NameIndex,
): readonly Json[] | undefined {
  const { elsewhere, texts, documents, relations } = index;
  if (elsewhere.has(name) || texts.has(name) || documents.has(name) || relations.has(name)) return undefined;
  return index.fields.get(name)?.map((member) => fields.get(member) ?? null);
}

/** The member that has what stands beside the fields. */
export const BESIDES = '';

/** Reads the names of a save once, however many fields it is asked about, and however many other saves are judged meanwhile. */
export function indexOf(saying: Saying): NameIndex {
  const { fields } = saying;
  if (fields === lately?.fields) return lately.index;
  const index = INDEXES.get(fields) ?? new Indexing(saying);
  INDEXES.set(fields, index);
  lately = { fields, index };
  return index;
}

const INDEXES = new WeakMap<JsonObject, NameIndex>();
/** The last save that was asked about: one is asked about many times in a row, and a look here costs less than one in the map. */
let lately: { readonly fields: JsonObject; readonly index: NameIndex } | undefined;

class Indexing implements NameIndex {
  readonly fields = new Map<string, string[]>();
  readonly elsewhere = new Map<string, string[]>();
  readonly texts = new Map<string, string[]>();
  readonly documents = new Map<string, string[]>();
  readonly relations = new Map<string, string[]>();

  constructor({ fields, closed, secondNames }: Saying) {
    for (const [member, value] of fields) {
      if (member === BESIDES) {
        this.search(value, member, this.elsewhere, 0);
        continue;
      }
      const { field, within } = namingOf(member);
      if (field !== undefined) add(this.fields, field, member);
      for (const name of secondNames?.(member) ?? []) add(this.elsewhere, foldField(name), member);
      if (closed?.has(member)) continue;
      for (const name of within) add(this.elsewhere, name, member);
      const [texts, documents] =
        within.length > 0 ? [this.elsewhere, this.elsewhere] : [this.texts, this.documents];
      for (const text of plainTextsOf(value)) {
        for (const name of namedBy(text)) add(texts, name, member);
        this.searchDocument(text, member, documents, 0);
      }
      if (isPlainValue(value)) continue;
      for (const name of relationsIn(member)) add(this.relations, name, member);
      this.search(value, member, this.elsewhere, 0);
    }
  }

  /** Every name at every depth of the value, for the member in which it stands; `depth`: in how many texts. */
  private search(value: Json, member: string, found: Map<string, string[]>, depth: number): void {
    if (typeof value === 'string') {
      for (const name of namedBy(value)) add(found, name, member);
      this.searchDocument(value, member, found, depth);
    }
    if (isList(value)) for (const item of value) this.search(item, member, found, depth);
    if (!isObject(value) || isPlainValue(value)) return;
    for (const [name, inner] of value) {
      const { field, within } = namingOf(name);
      if (field !== undefined) add(found, field, member);
      for (const part of within) add(found, part, member);
      if (!isPlainValue(inner))
        for (const relation of relationsIn(name)) add(this.relations, relation, member);
      this.search(inner, member, found, depth);
    }
  }

  /** The names in a text that the CRM may take apart. */
  private searchDocument(text: string, member: string, found: Map<string, string[]>, depth: number): void {
    const document = depth < MOST_DOCUMENTS ? documentIn(text) : undefined;
    if (document?.kind === 'document') this.search(document.value, member, found, depth + 1);
  }
}

/** A text, that of a file of JSON, or those of a plain name that stands in a form several times: some reader takes any of them. */
export function plainTextsOf(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof FileValue) return value.document === undefined ? NONE : [value.document];
  return value instanceof RepeatedValue ? Array.from(value).filter((text) => typeof text === 'string') : NONE;
}

const NONE: readonly string[] = [];

/** What stands in one member is found together. */
function add(found: Map<string, string[]>, name: string, member: string): void {
  const members = found.get(name);
  if (!members) found.set(name, [member]);
  else if (members.at(-1) !== member) members.push(member);
}
