import type { ModuleDefinition } from '../core/saving/module.ts';
import { meaningOf } from '../core/wire/headers.ts';
import { isOfRequest } from '../core/wire/request-headers.ts';
import { dialectOf } from './all.ts';

/** Whether the CRM may choose a record, or a version of it, by a header, for all that is known of it and was declared. */
export function mayChoose(
  [name, value]: readonly [name: string, value: string],
  definition: ModuleDefinition,
): boolean {
  const { lower, isMethodOverride } = meaningOf(name);
  return !isMethodOverride && !isOfRequest(name, value) && !neutralTo(definition).has(lower);
}

const NEUTRAL = new WeakMap<ModuleDefinition, ReadonlySet<string>>();

/** What the module and its dialect say to choose nothing, in small letters, found once. */
function neutralTo(definition: ModuleDefinition): ReadonlySet<string> {
  const known = NEUTRAL.get(definition);
  if (known) return known;
  const names = [...(dialectOf(definition).neutralHeaders ?? []), ...(definition.neutralHeaders ?? [])];
  const neutral = new Set(names.map((name) => name.toLowerCase()));
  NEUTRAL.set(definition, neutral);
  return neutral;
}
