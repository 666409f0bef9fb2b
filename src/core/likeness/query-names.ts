import { isList, isObject, type Json } from '../wire/json.ts';
import { foldField } from './fold.ts';
import { documentIn } from './text-document.ts';
import { decodePercent } from './undone.ts';

/**
 * All names that a query may give a value: its own, and those in its values as steps below them. `?set=status:Delivered`,
 * `?data={"status":…}` and `?field=status&value=…` all give `status` one; `?fields=id,status` and `?sort=status:asc` give none.
 */
export function assignedNames(
  entries: readonly (readonly [name: string, value: string])[],
): readonly string[] {
  const isPair = entries.some(([name]) => foldField(name) === 'value');
  return entries.flatMap(([name, written]) => {
    const value = decodePercent(written);
    if (value === '') return [name];
    const document = documentIn(value);
    const below = document.kind === 'document' ? stepsBelow(document.value) : [];
    const pair = isPair ? [`[${value}]`] : [];
    return [name, ...[...below, ...assignmentsIn(value), ...pair].map((step) => name + step)];
  });
}

/** The ways to all names of a document, and to the texts that stand beside others in an object, since one may be the name in a pair. */
function stepsBelow(value: Json): readonly string[] {
  if (isList(value)) return value.flatMap(stepsBelow);
  if (!isObject(value)) return [];
  return [...value].flatMap(([name, inner]) => {
    const named = typeof inner === 'string' && inner.length <= LONGEST ? [`[${inner}]`] : [];
    return [`[${name}]`, ...[...stepsBelow(inner), ...named].map((step) => `[${name}]${step}`)];
  });
}

/** The names in a text that stand before `:` or `=`. What an address has after its `?` is another query. */
function assignmentsIn(text: string): readonly string[] {
  const own = ADDRESS.test(text) ? text.slice(0, text.indexOf('?')) : text;
  return [...own.matchAll(ASSIGNMENT)].map(([, name = '']) => `[${name}]`);
}

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/|\/|\.)[^?]*\?/i;
/** No name is longer; a query has few letters, and each is looked at once for each that may stand before it. */
const LONGEST = 64;
const ASSIGNMENT = /([\p{L}\p{N}_.$-]{1,64})["'\]\s]{0,8}(?::|=)(?!\s*(?:asc|desc)\b)/giu;
