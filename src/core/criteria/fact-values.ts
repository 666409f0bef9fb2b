import { isUnchanged } from '../likeness/likeness.ts';
import { saidOf } from '../likeness/said.ts';
import type { Caller } from '../saving/save.ts';
import { isEmpty, isList, isObject, isScalar, type Json, jsonOf, type Scalar } from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import type { Known } from './facts.ts';
import { type Operand, oneOf, type Possible, settled } from './possible.ts';
import { readingsOf } from './readings.ts';

/** The values that a fact may have, by its path; `fallback` is what the criteria take where there is none. */
export function valuesAt([root, ...path]: readonly string[], fallback: Scalar, known: Known): Possible {
  const { save, before, caller, request, now } = known;
  switch (root) {
    case 'record':
      return recordValues(path, fallback, known);
    case 'before':
      return storedValues(path, fallback, before);
    case 'caller':
      return caller ? callerValues(caller, path) : 'unknown';
    case 'save':
      if (known.isAnyRecord && path[0] === 'id') return 'unknown';
      return plainValues(
        jsonOf({ module: save.module, operation: save.verb ?? save.operation, id: save.id }),
        path,
        fallback,
      );
    case 'request':
      return request ? plainValues(jsonOf(request), path, fallback) : 'unknown';
    default:
      return now === undefined ? 'unknown' : plainValues(jsonOf(now), path, fallback);
  }
}

/** The record as it would be stored: what the save gives the field, else what is stored. */
function recordValues(path: readonly string[], fallback: Scalar, known: Known): Possible {
  const [field = '', ...rest] = path;
  const { save, before } = known;
  const { values, elsewhere } = readingsOf(save, field, before);
  const open = before === undefined ? 'unknown' : 'anything';
  if (elsewhere.size > 0) return open;
  if (values.length === 0) return storedValues(path, fallback, before);
  const stored = before?.get(field);
  const isExact = save.fields.has(field);
  if (rest.length > 0 || !values.every(isScalar)) {
    const [only] = values;
    if (values.length > 1 || only === undefined || !isExact) return open;
    if (before !== null && stored === undefined) return open;
    if (stored !== undefined && isSameJson(stored, only)) return storedValues(path, fallback, before);
    const inner = rest.length > 0 ? exactlyAt(only, rest) : undefined;
    return inner === undefined ? open : [{ value: inner, origin: 'fresh' }];
  }
  const given = values.map((value): Operand => ({ value, origin: originOf(value, known, stored), stored }));
  // Whether a name in another spelling is the field's is for the CRM to say.
  return isExact ? given : oneOf(given, storedValues(path, fallback, before));
}

function originOf(value: Json, { before, save }: Known, stored: Json | undefined): Operand['origin'] {
  if (before === undefined) return 'unsure';
  return stored !== undefined && isUnchanged(stored, value, save) ? 'settled' : 'fresh';
}

/** What is stored; what the CRM does not show may be anything. */
function storedValues(path: readonly string[], fallback: Scalar, before: Known['before']): Possible {
  if (before === undefined) return 'unknown';
  if (before === null) return [settled(fallback)];
  const here = factAt(before, path);
  return here === undefined ? 'anything' : operandsOf(here);
}

/** A scalar below a value that the save gives, where no other name could be taken for one of the path. */
function exactlyAt(root: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = root;
  for (const step of path) {
    if (!isObject(here)) return undefined;
    const { values, elsewhere } = saidOf({ fields: here }, step, null);
    if (values.length !== 1 || elsewhere.size > 0) return undefined;
    here = here.get(step);
  }
  return here !== undefined && isScalar(here) ? here : undefined;
}

/** What could not be verified of a caller may be anything: no exemption follows from it. */
function callerValues({ ip, user, role, claims }: Caller, path: readonly string[]): Possible {
  const here = factAt(new Map<string, Json>(Object.entries({ ip, user, role, claims })), path);
  if (isEmpty(here) || (isList(here) && here.length === 0)) return 'anything';
  return operandsOf(here ?? null);
}

function plainValues(root: Json, path: readonly string[], fallback: Scalar): Possible {
  const here = factAt(root, path);
  return here === undefined ? [settled(fallback)] : operandsOf(here);
}

/** The value at a path below the root, or undefined. */
function factAt(root: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = root;
  for (const step of path) here = isObject(here) ? here.get(step) : undefined;
  return here;
}

/** Lists of scalars can be looked through; of what holds more, no operator knows what to make. */
function operandsOf(value: Json): Possible {
  const isPlain = isScalar(value) || (isList(value) && value.every(isScalar));
  return isPlain ? [settled(value)] : 'anything';
}
