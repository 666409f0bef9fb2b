import { isPlain } from '../../core/wire/target.ts';

/** What an address below the service root names. `below` is what stands after the record. */
export type ODataAddress =
  | { readonly kind: 'set'; readonly type: string }
  | { readonly kind: 'record'; readonly type: string; readonly key: Key; readonly below: readonly string[] }
  /** Neither: a function, a key that is no single value, a path through another record. */
  | { readonly kind: 'other'; readonly type: string };

/** A key as it is written: perhaps with the name of its property. */
export type Key = { readonly name: string | undefined; readonly id: string };

/**
 * Reads the segments after the service root: `Orders`, `Orders(45)`, `Orders(ID='a')`, `Orders/45`, each perhaps with more after it.
 * http://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html#sec_CanonicalURL
 */
export function addressOf(segments: readonly string[]): ODataAddress {
  const [first = '', ...rest] = segments.map(decodeURIComponent);
  const [, type = first, inner] = /^([A-Za-z_]\w*)(?:\((.*)\))?$/s.exec(first) ?? [];
  if (inner !== undefined) {
    const key = keyIn(inner);
    return key ? { kind: 'record', type, key, below: rest } : { kind: 'other', type };
  }
  const [second, ...below] = rest;
  if (second === undefined) return { kind: 'set', type };
  return BARE.test(second)
    ? { kind: 'record', type, key: { name: undefined, id: second }, below }
    : { kind: 'other', type };
}

/** A key as a segment of its own. What has a dot may be the name of an action or of a type, and `$` begins what the protocol says. */
const BARE = /^[\w~-]+$/;

/** A number, a GUID and their kind stand for themselves, a text stands in quotes. An alias (`@key`) and several properties are no key here. */
const KEY = /^(?:([A-Za-z_]\w*)=)?(?:'((?:[^']|'')*)'|([\w.:+-]+))$/s;

/** The one key in parentheses. */
export function keyIn(inner: string): Key | undefined {
  const match = KEY.exec(inner);
  if (!match) return undefined;
  const [, name, quoted, plain = ''] = match;
  const id = quoted === undefined ? plain : quoted.replaceAll("''", "'");
  return id === '' ? undefined : { name, id };
}

/** What is no text: whole numbers, and GUIDs. */
const PLAIN = /^(?:-?\d{1,19}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The key as it is written in an address. */
export function writtenKey(id: string, keys: 'auto' | 'text'): string {
  if (keys === 'auto' && PLAIN.test(id)) return id;
  return `'${encodeURIComponent(id.replaceAll("'", "''"))}'`;
}

/** What a call of a batch names below the service root, and its query. */
export type ODataTarget = { readonly segments: readonly string[]; readonly query: string };

/** The address of a call from the root of the host, with its query: `Orders(45)` counts from the root of the service. */
export function pathIn(url: string, root: string): string {
  const place = url.replace(/^https?:\/\/[^/?#]+(?=\/)/i, '');
  return place.startsWith('/') ? place : `${root}/${place}`;
}

/** The URL of a call: relative to the service root, with its path, or whole. Undefined where it leads elsewhere or is spelled oddly. */
export function targetIn(url: string, root: string): ODataTarget | undefined {
  const path = pathIn(url, root);
  const mark = path.indexOf('?');
  const [whole, query] = mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark)];
  if (!whole.startsWith(`${root}/`) || !isPlain(whole)) return undefined;
  return { segments: whole.slice(root.length).replace(/\/$/, '').split('/').slice(1), query };
}
