import { fold, foldName } from '../../core/likeness/fold.ts';
import { guardedNames } from '../../core/likeness/guarded-names.ts';
import { mayBecome } from '../../core/likeness/likeness.ts';
import { isNumeric } from '../../core/likeness/numbers.ts';
import { isCollection } from '../../core/saving/module.ts';
import type { DescribedOperation } from '../../core/saving/mount.ts';
import { ranksOf } from '../../core/saving/operation.ts';
import { type RequestTemplate, requestOf } from '../../core/saving/request-template.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { type Body, treeOf } from '../../core/wire/body.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
import { type GuardedExchange, headOf } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { membersRead } from '../request/query-fault.ts';
import type { Terms } from '../request/terms.ts';
import { readModeOf } from './read.ts';

type Pair = RequestTemplate['query'][number];

/** Values by the folded names for which readers may take the names of the query. */
type ValuesByName = ReadonlyMap<string, ReadonlySet<string>>;

/** Who says a name more often than this may mean anything by it. */
const MOST_VALUES = 20;

/**
 * Why a request may be no operation that it is as it is written: its path is that of a more exact one in another spelling
 * (`/45/Deliver`, `/45/deliver.json`), or its query, or its body once that was read, says what tells such a one, in another spelling
 * (`id=%34%35`, `Action=orders`) or in part; and servers that read it so do that one. Undefined where there is no such one that guards anything.
 */
export function otherMeaning(
  exchange: GuardedExchange,
  { mode }: Pick<Terms, 'mode'>,
  { policy }: Pick<HttpContext, 'policy'>,
): { readonly problem: Problem; readonly mode: Terms['mode'] } | undefined {
  const { target, toldByQuery, mount, body } = exchange;
  const misspelt = isAnything(exchange) ? exchange.misspelt : [];
  const others = [...misspelt, ...(target.query === '' && !body ? [] : toldByQuery)];
  if (others.length === 0) return undefined;
  // Frameworks lay what a body says over the query: PHP's $_REQUEST, Rails, Laravel.
  const said = saidIn([...readQuery(target.query), ...(body ? membersOf(body, mount) : [])], others);
  const found = others
    .filter((operation) => isMeantBy(said, operation, exchange))
    .flatMap((operation) => {
      const { act, definition } = operation;
      const isOpen = act.kind === 'lists' && definition.lists === 'allow';
      const isRead = act.kind === 'read' || act.kind === 'lists';
      const own = isOpen ? undefined : readModeOf(definition, policy);
      const guard = isRead ? own : mode;
      return guard === 'enforce' || guard === 'shadow' ? [{ operation, mode: guard }] : [];
    });
  const first = found.find((one) => one.mode === 'enforce') ?? found[0];
  if (!first) return undefined;
  const detail = `The request may mean "${requestOf(first.operation.template)}", but is not written as that is described under "operations". Write it so. What means something else is described there, with its path and what its query says.`;
  return { problem: problem('request-unreadable', detail), mode: first.mode };
}

/** Whether the request is something as it is written: what is nothing is refused by itself. */
function isAnything({ misspelt, mount, dialect, ...request }: GuardedExchange): boolean {
  return (
    misspelt.length > 0 &&
    mount.described?.length !== 0 &&
    dialect.recognise(headOf(request), mount) !== 'unknown'
  );
}

function saidIn(
  members: Iterable<readonly [string, Json]>,
  operations: readonly DescribedOperation[],
): ValuesByName {
  const told = operations.flatMap(({ template }) => template.query.map(({ name }) => name));
  const said = new Map<string, Set<string>>();
  if (told.length === 0) return said;
  const names = guardedNames(told, []);
  for (const [name, value] of members)
    for (const meaning of names.meaningsOf(name))
      said.set(meaning, new Set([...(said.get(meaning) ?? []), ...textsIn(value)]));
  return said;
}

/** The members of a body, but for those by which a save that is judged names its record or is told from others itself. */
function membersOf(body: Body, mount: GuardedExchange['mount']): Iterable<readonly [string, Json]> {
  const tree = treeOf(body);
  if (!isObject(tree)) return [];
  const { described = [], definitions } = mount;
  if (!described.every(({ act }) => act.kind === 'save')) return tree;
  const ids = definitions.flatMap((one) => (isCollection(one) ? [one.idField] : []));
  const own = new Set([...described.flatMap(membersRead), ...ids].map(foldName));
  return [...tree].filter(([name]) => !own.has(foldName(name)));
}

function textsIn(value: Json): readonly string[] {
  if (isList(value)) return value.flatMap(textsIn);
  return isObject(value) ? [...value.values()].flatMap(textsIn) : [textOf(value) ?? ''];
}

/** Whether some reader may find in the request what tells the operation from the one that it is as it is written. */
function isMeantBy(
  said: ValuesByName,
  operation: DescribedOperation,
  { mount, method, misspelt }: GuardedExchange,
): boolean {
  const { act, template } = operation;
  const [meant] = mount.described ?? [];
  if (act.kind === 'harmless') return false;
  const isMisspelt = misspelt.includes(operation);
  if (meant && !goesBefore(template, meant.template, isMisspelt)) return false;
  const open = template.query.filter((pair) => !meant?.template.query.some((own) => covers(own, pair)));
  const texts = open.filter(({ value }) => value.kind === 'literal');
  const saysTexts = texts.length > 0 && texts.every((pair) => isSaid(said, pair));
  // PHP's `$_REQUEST` and routes for any method save what a GET brings, or an OPTIONS, where it says so in words.
  if (act.kind === 'save' && saysTexts && isSafe(method)) return true;
  // Many servers go by the query whatever the method is.
  const isAnyMethod = meant?.act.kind === 'harmless' && !isSafe(method);
  if (template.method !== (isSafe(method) ? 'GET' : method) && !isAnyMethod) return false;
  if (isMisspelt && template.query.length === 0) return true;
  return texts.length > 0 ? saysTexts : open.some((pair) => isSaid(said, pair));
}

/** Whether the path of the one is more exact than that of the other, or at least as exact. */
function goesBefore(one: RequestTemplate, other: RequestTemplate, isMore: boolean): boolean {
  const [own, its] = [ranksOf(one.segments), ranksOf(other.segments)];
  return own < its || (own === its && !isMore);
}

/** Whether what the one pair says is all that the other one would say. */
function covers(own: Pair, pair: Pair): boolean {
  if (foldName(own.name) !== foldName(pair.name)) return false;
  if (pair.value.kind !== 'literal') return true;
  return own.value.kind === 'literal' && fold(own.value.text) === fold(pair.value.text);
}

function isSaid(said: ValuesByName, { name, value }: Pair): boolean {
  const values = said.get(foldName(name));
  if (!values) return false;
  if (values.size > MOST_VALUES) return true;
  switch (value.kind) {
    case 'literal':
      return [...values].some((one) => mayBeText(one, value.text));
    case 'mixed':
      return [...values].some((one) => fold(one).startsWith(fold(value.head)));
    case 'name':
      return [...values].some((one) => one.trim() !== '');
  }
}

/** No number is a text that is none: `action=7` means nothing that has a name. */
function mayBeText(value: string, text: string): boolean {
  return mayBecome(value, text) && (isNumeric(fold(text)) || !isNumeric(fold(value)));
}
