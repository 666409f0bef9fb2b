import { remembered } from '../remembered.ts';
import type { JsonObject } from '../wire/json.ts';
import { foldName } from './fold.ts';
import { stepsIn } from './name-steps.ts';
import { decodePercent } from './undone.ts';

/** Whether some reader takes the name for the wanted one, which is folded, whole or as a step of a path (`fields.status`, `data[status`). */
export function resembles(name: string, wanted: string): boolean {
  return readingsOf(name).includes(wanted);
}

/** Those of the wanted names, which are folded, that some reader takes the name for. */
export function resembled(name: string, wanted: readonly string[]): readonly string[] {
  const readings = new Set(readingsOf(name));
  return wanted.filter((other) => readings.has(other));
}

/** The members of an object that resemble the wanted name. */
export function namesLike(object: JsonObject, wanted: string): readonly string[] {
  return namesOf(object).get(wanted) ?? [];
}

type Names = ReadonlyMap<string, readonly string[]>;

/** The members by what readers may take them for. Thousands of names are folded once, not once a question. */
function namesOf(object: JsonObject): Names {
  if (object === lately.object) return lately.names;
  const names = NAMES.get(object) ?? foldedNamesOf(object);
  if (object.size > FEW) NAMES.set(object, names);
  lately = { object, names };
  return names;
}

function foldedNamesOf(object: JsonObject): Names {
  const names = new Map<string, string[]>();
  for (const name of object.keys()) {
    for (const reading of readingsOfMember(name)) {
      const alike = names.get(reading);
      if (alike) alike.push(name);
      else names.set(reading, [name]);
    }
  }
  return names;
}

/** A weak map costs more than folding the names of a plain record anew does, and one record is asked about many times in a row. */
const FEW = 32;
const NAMES = new WeakMap<JsonObject, Names>();
let lately: { readonly object: JsonObject | undefined; readonly names: Names } = {
  object: undefined,
  names: new Map(),
};

/** What readers may take a name for, folded. */
function readingsOf(written: string): readonly string[] {
  const name = decodePercent(written);
  // PHP makes `_` of a bracket that nothing closes: `ticket[status` is `ticket_status`.
  const isOpen = name.lastIndexOf('[') > name.lastIndexOf(']');
  const whole = isOpen ? [name, name.replaceAll('[', '_')] : [name];
  return [...whole, ...stepsIn(name)].map(foldName);
}

const readingsOfMember = remembered((name: string): readonly string[] => [...new Set(readingsOf(name))]);
