import { isList, isObject, isScalar, type Json } from './json.ts';
import { holdsParameter } from './parameter.ts';

/** A save's body as it was read: a JSON document, or named entries of a form. */
export type Body =
  | {
      readonly kind: 'json';
      readonly value: Json;
      /** The bytes that say a value exactly as we would write it, where the client wrote it so. They stand for no other value. */
      readonly exact?: { readonly of: Json; readonly bytes: Uint8Array };
      /** Whether it is what a batch in multipart/mixed says, and is sent as one. */
      readonly isMixed?: true;
    }
  | { readonly kind: 'form'; readonly entries: readonly FormEntry[] }
  | { readonly kind: 'multipart'; readonly entries: readonly PartEntry[] };

/** One name and value of a form, in the order of the form. */
export type BodyEntry = {
  /** Decoded, as the client meant it. */
  readonly name: string;
  /** A text, or for a file an object that tells its name and the digest of its content. */
  readonly value: Json;
  /** Whether name and value were valid UTF-8; if not, they are read as Latin-1. */
  readonly isUtf8: boolean;
};

/** An entry of a urlencoded form, with the text by which it is sent. */
export type FormEntry = BodyEntry & { readonly text: string };

/** A part of a multipart form, with the headers by which it is sent and the content, which nobody has changed. */
export type PartEntry = BodyEntry & { readonly head: string; readonly content: Content };

/** Bytes in memory or on a disk. */
export type Content = {
  readonly length: number;
  pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
};

/** What stands in the place of a file: an object that tells its name and the digest of its content. No client can send one. */
export class FileValue extends Map<string, Json> {
  /** What it says, where that is JSON by its first letters: some servers read the record from it, whatever its type is. */
  readonly document: string | undefined;
  /** Whether it is JSON, and more of it than anybody looks through. */
  readonly isUnread: boolean;

  constructor(entries: Iterable<readonly [string, Json]>, document?: string, isUnread = false) {
    super(entries);
    this.document = document;
    this.isUnread = isUnread;
  }
}

/** The values of a plain name that stands in a form several times, which is how boxes are ticked. */
export class RepeatedValue extends Array<Json> {}

/** Whether it is one value of a form or of JSON, or several under one plain name: it nests nothing. */
export function isPlainValue(value: Json): boolean {
  return isScalar(value) || value instanceof FileValue || value instanceof RepeatedValue;
}

/** The document that the body means to frameworks that make trees of names: `data[status]` is `status` below `data`. */
export function treeOf(body: Body): Json {
  if (body.kind === 'json') return body.value;
  const root = new Map<string, Json>();
  for (const { name, value } of body.entries) place(root, stepsOf(name), value);
  return root;
}

/** The body without any parameter of ours, wherever it stands: codes never go upstream. The same one where there is none. */
export function withoutCodes(body: Body): Body {
  if (body.kind === 'json')
    return holdsCode(body.value)
      ? { kind: 'json', value: cleaned(body.value), ...(body.isMixed && { isMixed: true }) }
      : body;
  const isOurs = ({ name }: BodyEntry) => holdsParameter(name);
  return body.kind === 'form'
    ? { kind: 'form', entries: body.entries.filter((entry) => !isOurs(entry)) }
    : { kind: 'multipart', entries: body.entries.filter((entry) => !isOurs(entry)) };
}

function holdsCode(value: Json): boolean {
  if (isList(value)) return value.some(holdsCode);
  if (!isObject(value)) return false;
  for (const [name, member] of value) if (holdsParameter(name) || holdsCode(member)) return true;
  return false;
}

function cleaned(value: Json): Json {
  if (isList(value)) return value.map(cleaned);
  if (!isObject(value)) return value;
  const kept = [...value].filter(([name]) => !holdsParameter(name));
  return new Map(kept.map(([name, member]) => [name, cleaned(member)]));
}

/** `a[b][]` is `a`, `b` and the next place of a list; a bracket without its other half belongs to the name. */
function stepsOf(name: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (!match) return [name];
  const [, first = '', rest = ''] = match;
  return [first, ...rest.slice(1, -1).split('][')];
}

/** Sets a value in the tree; where a name comes again, its values become a list. */
function place(tree: Map<string, Json>, [step = '', ...rest]: readonly string[], value: Json): void {
  const there = tree.get(step);
  if (rest.length === 0) {
    if (there === undefined) tree.set(step, value);
    else if (isList(there) && !(there instanceof RepeatedValue)) tree.set(step, [...there, value]);
    else tree.set(step, RepeatedValue.from([...(isList(there) ? there : [there]), value]));
    return;
  }
  if (rest.length === 1 && rest[0] === '') {
    tree.set(step, [...(isList(there) ? there : there === undefined ? [] : [there]), value]);
    return;
  }
  const below = new Map(isObject(there) ? there : there === undefined ? [] : [['', there]]);
  place(below, rest, value);
  tree.set(step, below);
}
