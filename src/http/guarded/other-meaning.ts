import { fold, foldName } from '../../core/likeness/fold.ts';
import { guardedNames } from '../../core/likeness/guarded-names.ts';
import { mayBecome } from '../../core/likeness/likeness.ts';
import { isNumeric } from '../../core/likeness/numbers.ts';
import type { DescribedOperation } from '../../core/saving/mount.ts';
import { ranksOf } from '../../core/saving/operation.ts';
import { type RequestTemplate, requestOf } from '../../core/saving/request-template.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { GuardedExchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import type { Terms } from '../request/terms.ts';
import { readModeOf } from './read.ts';

type Pair = RequestTemplate['query'][number];

/** Values by the folded names for which readers may take the names of the query. */
type Said = ReadonlyMap<string, ReadonlySet<string>>;

/** Who says a name more often than this may mean anything by it. */
const MOST_VALUES = 20;

/**
 * Why a request may be no operation that it is as it is written: its query says what tells a more exact one, in another spelling
 * (`id=%34%35`, `Action=orders`) or in part, and servers that read it so do that one. Undefined where there is no such one that guards anything.
 */
export function otherMeaning(
  exchange: GuardedExchange,
  { mode }: Pick<Terms, 'mode'>,
  { policy }: Pick<HttpContext, 'policy'>,
): { readonly problem: Problem; readonly mode: Terms['mode'] } | undefined {
  const { target, toldByQuery } = exchange;
  if (toldByQuery.length === 0) return undefined;
  const said = saidIn(target.query, toldByQuery);
  const found = toldByQuery
    .filter((operation) => isMeantBy(said, operation, exchange))
    .flatMap((operation) => {
      const { act, definition } = operation;
      const isOpen = act.kind === 'lists' && definition.lists === 'allow';
      const isRead = act.kind === 'read' || act.kind === 'lists';
      const own = isRead && !isOpen ? readModeOf(definition, policy) : undefined;
      const guard = isRead ? own : mode;
      return guard === 'enforce' || guard === 'shadow' ? [{ operation, mode: guard }] : [];
    });
  const first = found.find((one) => one.mode === 'enforce') ?? found[0];
  if (!first) return undefined;
  const detail = `The query may mean "${requestOf(first.operation.template)}", but is not written as that is described under "operations". Write it so. What means something else is described there, with what its query says.`;
  return { problem: problem('request-unreadable', detail), mode: first.mode };
}

function saidIn(query: string, operations: readonly DescribedOperation[]): Said {
  const told = operations.flatMap(({ template }) => template.query.map(({ name }) => name));
  const names = guardedNames(told, []);
  const said = new Map<string, Set<string>>();
  for (const [name, value] of readQuery(query))
    for (const meaning of names.meaningsOf(name))
      said.set(meaning, (said.get(meaning) ?? new Set()).add(value));
  return said;
}

/** Whether some reader may find in the query what tells the operation from the one that the request is as it is written. */
function isMeantBy(said: Said, operation: DescribedOperation, { mount, method }: GuardedExchange): boolean {
  const { act, template } = operation;
  const [meant] = mount.described ?? [];
  if (act.kind === 'harmless') return false;
  if (meant && ranksOf(meant.template.segments) < ranksOf(template.segments)) return false;
  // Many servers go by the query whatever the method is, but what is only asked for saves nothing.
  const isAnyMethod = meant?.act.kind === 'harmless' && !isSafe(method);
  if (template.method !== (method === 'HEAD' ? 'GET' : method) && !isAnyMethod) return false;
  const open = template.query.filter((pair) => !meant?.template.query.some((own) => covers(own, pair)));
  const texts = open.filter(({ value }) => value.kind === 'literal');
  return texts.length > 0
    ? texts.every((pair) => isSaid(said, pair))
    : open.some((pair) => isSaid(said, pair));
}

/** Whether what the one pair says is all that the other one would say. */
function covers(own: Pair, pair: Pair): boolean {
  if (foldName(own.name) !== foldName(pair.name)) return false;
  if (pair.value.kind !== 'literal') return true;
  return own.value.kind === 'literal' && fold(own.value.text) === fold(pair.value.text);
}

function isSaid(said: Said, { name, value }: Pair): boolean {
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
