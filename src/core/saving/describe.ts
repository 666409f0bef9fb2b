import { pathPatternOf } from '../wire/path-pattern.ts';

/** A module with a path of its own. */
type Collection = { readonly name: string; readonly path: string };

/** The module whose records a write seems to be about, by its path: all of them, one of them, or something below one. */
export type Home = { readonly module: string; readonly part: 'list' | 'record' | 'below' };

/** A write that no module explains, without what tells one record from another. */
export type Unexplained = {
  readonly method: string;
  readonly path: string;
  readonly home?: Home | undefined;
  /** The header that chooses what it does. */
  readonly call?: Readonly<Record<string, string>> | undefined;
};

/**
 * `/customers/9/deliveries` is a list of deliveries, and `/customers/9/deliveries/45` one of them, where a module is called so or has a path that
 * ends so. Anything else belongs to the module below whose path it is.
 */
export function homeOf(path: string, collections: readonly Collection[]): Home | undefined {
  const segments = pathPatternOf(path).split('/').slice(1);
  const isRecord = segments.at(-1) === '*';
  const tail = segments.at(isRecord ? -2 : -1)?.toLowerCase();
  const named = collections.find(
    ({ name, path: own }) => tail !== undefined && [name, own.split('/').at(-1)].some(isSame(tail)),
  );
  const isBelow = segments.slice(0, isRecord ? -2 : -1).includes('*');
  const lower = `${segments.join('/')}/`.toLowerCase();
  const around = collections.find(({ path: own }) => lower.startsWith(`${own.slice(1).toLowerCase()}/`));
  const isOwn = around !== undefined && lower === `${around.path.slice(1).toLowerCase()}/`;
  if (isOwn) return { module: around.name, part: 'list' };
  // Of a module that knows only what is described, a record may be written in a way that is not.
  if (around && lower === `${around.path.slice(1).toLowerCase()}/*/`)
    return { module: around.name, part: 'record' };
  if (named && isBelow) return { module: named.name, part: isRecord ? 'record' : 'list' };
  return around && { module: around.name, part: 'below' };
}

/**
 * The module whose records a write seems to be about at another address of theirs, by a word of its path: `/v2/deliveries/45`, `/deliveries.json`. As a module
 * of their own, no rule would be about them.
 */
export function otherHomeOf(path: string, collections: readonly Collection[]): Home | undefined {
  const segments = pathPatternOf(path).split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const word = lettersOf(segment.replace(/(?<=\w)\.\w+$/, ''));
    const found = collections.find(({ name, path: own }) =>
      [name, own.slice(own.lastIndexOf('/') + 1)].some((one) => lettersOf(one) === word),
    );
    const below = segments.slice(index + 1);
    if (found && word !== '')
      return {
        module: found.name,
        part: below.length === 0 ? 'list' : below.join() === '*' ? 'record' : 'below',
      };
  }
  return undefined;
}

/** `delivery-notes`, `delivery_notes` and `DeliveryNotes` are one word. */
const lettersOf = (word: string) => word.toLowerCase().replace(/[_-]/g, '');

const isSame = (tail: string) => (text: string | undefined) => text?.toLowerCase() === tail;

/**
 * An entry of `operations` for such a write, as YAML to paste below a module: what it saves is left to be filled in. Names, and no value.
 * Undefined where it names no record for all that is known, so that nobody could judge it.
 */
export function operationBlock({ method, path, home, call }: Unexplained): string | undefined {
  const names: string[] = [];
  const pattern = pathPatternOf(path).replace(/\/\*\*$/, '');
  const stars = pattern.split('*').length - 1;
  const isList = home?.part === 'list';
  const request = pattern.replaceAll('*', () => {
    const isRecord = names.length === stars - 1 && !isList;
    names.push(isRecord ? 'id' : `parent${names.length === 0 ? '' : names.length + 1}`);
    return `{${names.at(-1)}}`;
  });
  if (isList && method !== 'POST') return undefined;
  const id = isList || stars === 0 ? '/id' : '"{id}"';
  // What an action stores, its body does not say: it asks for a code until somebody says what it is.
  const isAction = call !== undefined || (stars > 0 && !isList && !pattern.endsWith('*'));
  const own = isList
    ? '{ operation: create, fields: "" }'
    : method === 'DELETE'
      ? `{ operation: delete, id: ${id} }`
      : isAction
        ? `{ id: ${id} }   # and set: { … }, what it stores, or fields: "", where its body says it; else it always asks. Or harmless: true in the place of save`
        : `{ id: ${id}, fields: "" }${stars === 0 ? '   # or harmless: true in the place of save, where it saves nothing' : ''}`;
  const heads = Object.entries(call ?? {}).map(([name, value]) => `    headers: { ${name}: "${value}" }\n`);
  return `operations:\n  - request: ${method} ${request}\n${heads.join('')}    save: ${own}`;
}

/** Why a write to a list has no entry that could be proposed. */
export const NAMES_NO_RECORD =
  'it names its records by no id, so nobody knows beforehand what it saves: let clients save each record by itself. Where its body names them, describe it under "operations", with ids or records';

/** How an operator maps a module that a write named, as YAML to paste; undefined where too little is known of it. */
export function moduleBlock({ type, idPrefix, dialect, path }: ModuleWords): string | undefined {
  if (dialect === undefined || path === undefined || (type ?? idPrefix) === undefined) return undefined;
  const name = (type ?? `Prefix${idPrefix}`).replace(/[^A-Za-z0-9_.-]+/g, '_');
  const prefix = idPrefix === undefined ? '' : `, idPrefix: "${idPrefix}"`;
  const own = type === undefined || type === name ? '' : `, type: "${type}"`;
  return `modules:\n  ${name}: { dialect: ${dialect}, path: ${path}${prefix}${own} }`;
}

/** What a write said of the module that it writes to. */
type ModuleWords = {
  readonly type?: string;
  readonly idPrefix?: string;
  readonly dialect?: string;
  readonly path?: string;
};
