import { durationText, isDurationPattern } from '../../kinds/values.ts';
import { isOwn, type Kinds } from '../schema/known-kinds.ts';
import { configJsonSchema } from './json-schema.ts';

let durationNames: ReadonlySet<string> | undefined;

/** A decoded configuration as a file would hold it: durations with their unit instead of milliseconds, secrets as where they are kept. */
export function asWritten(decoded: object): object {
  durationNames ??= durationNamesIn(configJsonSchema());
  const names = durationNames;
  const text = JSON.stringify(decoded, (name, value: unknown) =>
    typeof value === 'number' && names.has(name) ? durationText(value) : value,
  );
  return JSON.parse(text) as object;
}

/** The keys of the schema whose values are durations. No key of the same name has plain numbers. */
function durationNamesIn(schema: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [name, member] of Object.entries(schema)) {
    const pattern = typeof member === 'object' && member !== null && Reflect.get(member, 'pattern');
    if (typeof pattern === 'string' && isDurationPattern(pattern)) found.add(name);
    durationNamesIn(member, found);
  }
  return found;
}

/** The same, with the entries of plug-ins as they were given: only their plug-ins know how what they became is written. */
export function asGiven(decoded: object, given: unknown, kinds: Kinds): object {
  const written = asWritten(decoded) as Record<string, unknown>;
  const entriesIn = (whole: unknown, key: string) =>
    Object.entries((groupOf(whole)?.[key] as object | undefined) ?? {}) as [string, unknown][];
  const merged = (key: 'modules' | 'channels', place: 'dialects' | 'channels', tag: string) => {
    const own = entriesIn(given, key).filter(([, entry]) => isOwn(kinds, place, groupOf(entry)?.[tag]));
    return { ...(written[key] as object), ...Object.fromEntries(own) };
  };
  const store = groupOf(given)?.['store'];
  return {
    ...written,
    modules: merged('modules', 'dialects', 'dialect'),
    channels: merged('channels', 'channels', 'kind'),
    ...(isOwn(kinds, 'stores', groupOf(store)?.['kind']) && { store }),
  };
}

function groupOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
