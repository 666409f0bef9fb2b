import {
  isList,
  isObject,
  type Json,
  type JsonObject,
  nameOfStep,
  stepOfName,
} from '../../core/wire/json.ts';

/**
 * What stands in a document beside the place that a pointer leads to, on every level of the way, without what `steering` points to, which
 * is read by itself. Without a place it is all of the document.
 */
export function levelsBeside(
  document: Json,
  place: string | undefined,
  steering: readonly string[],
): readonly JsonObject[] {
  const levels: JsonObject[] = [];
  const steps = place === undefined ? [] : place.split('/').slice(1);
  let here: Json | undefined = document;
  let path = '';
  for (const step of place === undefined ? [undefined] : steps) {
    if (here === undefined) break;
    for (const level of levelsOf(here, step, path, steering)) if (level.size > 0) levels.push(level);
    if (step === undefined) break;
    path += `/${step}`;
    here = memberOf(here, step);
  }
  return levels;
}

function levelsOf(
  here: Json,
  but: string | undefined,
  path: string,
  steering: readonly string[],
): readonly JsonObject[] {
  const kept = membersOf(here).flatMap(([step, value]) => {
    const left = step === but ? undefined : without(value, `${path}/${step}`, steering);
    return left === undefined ? [] : [[step, left] as const];
  });
  if (isObject(here)) return [new Map(kept.map(([step, value]) => [nameOfStep(step), value]))];
  // The members of objects in a list stand as near to the record as others do.
  return kept.map(([step, value]) => (isObject(value) ? value : new Map([[step, value]])));
}

/** A value without what is steered by; undefined where nothing else is in it. */
function without(value: Json, path: string, steering: readonly string[]): Json | undefined {
  if (steering.includes(path)) return undefined;
  if (!steering.some((pointer) => pointer.startsWith(`${path}/`))) return value;
  const kept = membersOf(value).flatMap(([step, member]) => {
    const left = without(member, `${path}/${step}`, steering);
    return left === undefined ? [] : [[step, left] as const];
  });
  if (kept.length === 0) return undefined;
  return isList(value)
    ? kept.map(([, member]) => member)
    : new Map(kept.map(([step, member]) => [nameOfStep(step), member]));
}

/** The members of an object or the places of a list, as steps of a pointer. */
function membersOf(value: Json): readonly (readonly [string, Json])[] {
  if (isObject(value)) return [...value].map(([name, member]) => [stepOfName(name), member] as const);
  return isList(value) ? value.map((member, index) => [String(index), member] as const) : [];
}

function memberOf(value: Json, step: string): Json | undefined {
  return membersOf(value).find(([own]) => own === step)?.[1];
}
