import { fold, foldName } from '../../core/likeness/fold.ts';
import type { Described } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { type Body, treeOf } from '../../core/wire/body.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import type { GuardedExchange } from '../request/exchange.ts';
import { membersRead } from '../request/query-fault.ts';

/**
 * What in a body says something else than the address by a name that stands there: which operation is meant, or of which record. Frameworks lay
 * the one over the other (PHP's `$_REQUEST`, Laravel's `$request->order`, a rewritten address with its query). Or what tells operations of the path apart
 * where none of these is described as saying it.
 */
export function secondNaming(
  { mount, toldByQuery }: Pick<GuardedExchange, 'mount' | 'toldByQuery'>,
  body: Body,
): Problem | undefined {
  const { described = [] } = mount;
  const [first] = described;
  const tree = first && treeOf(body);
  if (!first || !isObject(tree)) return undefined;
  const named = new Map(described.flatMap(namedBy));
  const free = namesRead(described);
  const isHarmless = described.some(({ act }) => act.kind === 'harmless');
  const told = new Set(isHarmless ? toldByQuery.flatMap(textsTold) : []);
  for (const [name, value] of tree) {
    const key = foldName(name);
    const [wanted, texts] = [named.get(key), textsIn(value)];
    if (free.has(key) || texts.length === 0) continue;
    if (wanted === undefined && told.has(key)) return refuse(UNDESCRIBED, name);
    if (wanted !== undefined && texts.some((text) => !isSame(text, wanted))) return refuse(SECOND, name);
  }
  return undefined;
}

type WantedName = { readonly text: string; readonly isWord: boolean };

/** What the address says of an operation, by the folded names: what tells it from others, and the name of its record. */
function namedBy({ template, values, act }: Described): readonly (readonly [string, WantedName])[] {
  const wantedAs = (name: string, text: string | undefined, isWord: boolean) =>
    text === undefined ? [] : [[foldName(name), { text, isWord }] as const];
  const pairs = template.query.flatMap(({ name, value }) =>
    value.kind === 'literal'
      ? wantedAs(name, value.text, true)
      : wantedAs(name, value.kind === 'name' ? values.get(value.name) : undefined, false),
  );
  const id = act.kind === 'save' && act.naming.kind === 'name' ? act.naming.name : '';
  return [...pairs, ...wantedAs(id, values.get(id), false)];
}

/** What the operations read in the body themselves, and what its module says to be of no record. */
function namesRead(described: readonly Described[]): ReadonlySet<string> {
  const declared = described.flatMap(({ definition }) => definition.envelopeFields ?? []);
  return new Set([...described.flatMap(membersRead), ...declared].map(foldName));
}

function textsTold({ template }: GuardedExchange['toldByQuery'][number]): readonly string[] {
  return template.query.flatMap(({ name, value }) => (value.kind === 'literal' ? [foldName(name)] : []));
}

/** An object is no name of a record: Rails has the fields in one that is called as the record is. */
function textsIn(value: Json): readonly string[] {
  if (isList(value)) return value.flatMap(textsIn);
  const text = textOf(value) ?? '';
  return text === '' ? [] : [text];
}

function isSame(text: string, { text: wanted, isWord }: WantedName): boolean {
  return isWord ? fold(text) === fold(wanted) : text === wanted;
}

function refuse(detail: (name: string) => string, name: string): Problem {
  return problem('request-unreadable', detail(name));
}

const SECOND = (name: string) =>
  `Leave "${name}" out of the body, or say there what the address says; servers may take the one or the other. Where it is none of a record, list it in "envelopeFields" of the module.`;

const UNDESCRIBED = (name: string) =>
  `By "${name}", operations of this path are told apart, and no described one says it in its body. Describe under "operations" of its module what it means, with its query or a "when".`;
