import { durationText, isDurationPattern } from '../../kinds/values.ts';
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
