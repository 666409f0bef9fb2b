import { asWritten } from '../config/publish/as-written.ts';

const MOST_SYMBOLS = 80;

/**
 * What a reload changed, in words, one line a key: `rule 7: mode enforce -> shadow`. Secrets are not among what is compared, only where
 * they are kept.
 */
export function changesBetween(before: object, after: object): readonly string[] {
  const [earlier, later] = [partsOf(asWritten(before)), partsOf(asWritten(after))];
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((name) => {
    const [was, is] = [earlier.get(name), later.get(name)];
    if (was === undefined) return [`${name}: added`];
    if (is === undefined) return [`${name}: removed`];
    return differencesOf(was, is).map((difference) => `${name}: ${difference}`);
  });
}

const THINGS: Readonly<Record<string, string>> = { modules: 'module', channels: 'channel', rules: 'rule' };

/** The things of a configuration by what people call them; what is none stands under the name of its key. */
function partsOf(configuration: object): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(configuration).flatMap(
      ([key, value]: [string, unknown]): (readonly [string, unknown])[] => {
        const thing = THINGS[key];
        if (thing === undefined || !isGroup(value)) return [[key, value]];
        return Object.entries(value).map(([name, entry]) => [`${thing} ${nameOf(entry) ?? name}`, entry]);
      },
    ),
  );
}

/** Rules stand in a list, and are told apart by their id or their name. */
function nameOf(entry: unknown): string | undefined {
  if (!isGroup(entry)) return undefined;
  const { id, name } = entry as { readonly id?: unknown; readonly name?: unknown };
  return id === undefined && name === undefined ? undefined : String(id ?? name);
}

function differencesOf(was: unknown, is: unknown, path = ''): readonly string[] {
  if (isGroup(was) && isGroup(is) && !Array.isArray(was) && !Array.isArray(is)) {
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      differencesOf(Reflect.get(was, key), Reflect.get(is, key), path === '' ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [`${path === '' ? '' : `${path} `}${textOf(was)} -> ${textOf(is)}`];
}

function textOf(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST_SYMBOLS ? `${text.slice(0, MOST_SYMBOLS)}…` : text;
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
