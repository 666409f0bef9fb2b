import { mayBecome } from '../../core/likeness/likeness.ts';
import type { Described } from '../../core/saving/mount.ts';
import { isExactly } from '../../core/saving/operation.ts';
import { type Body, treeOf, withoutCodes } from '../../core/wire/body.ts';
import { announcesBody } from '../../core/wire/headers.ts';
import { at, isList, isObject, isScalar, type Json, type JsonObject } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import type { Dialect, Head, Reading } from '../dialect.ts';
import { unreadable } from '../parts.ts';
import { secondOf } from '../places.ts';
import { readDescribedSaves } from './described-saves.ts';
import { FILTER, overrideFault, secondPlace } from './record.ts';

/** What the operations that a request may be say of its head. */
export function recogniseDescribed(
  { method, headers }: Pick<Head, 'method' | 'headers'>,
  described: readonly Described[],
): ReturnType<Dialect['recognise']> {
  if (isSafe(method)) return described.length > 0 ? 'read' : 'unmapped-read';
  if (described.length === 0) return 'unknown';
  return announcesBody(headers) ? 'body' : 'bodyless';
}

/** Reads a write by the one operation that it is. */
export function readDescribed(
  described: readonly Described[],
  body: Body | null,
  guarded: readonly string[],
): Reading {
  const clean = body && withoutCodes(body);
  const tree: Json = body ? treeOf(body) : new Map();
  const cleanTree: Json = clean ? treeOf(clean) : new Map();
  const operation = operationIn(described, cleanTree);
  if (typeof operation === 'string') return unreadable(operation);
  const { act, when } = operation;
  const fault = overrideFault(
    cleanTree,
    when.map(([pointer]) => pointer),
  );
  if (fault) return unreadable(fault);
  if (act.kind === 'batch') return unreadable('Send the batch with its requests.');
  if (act.kind !== 'save') return { kind: 'harmless', body: clean };
  return readDescribedSaves({ ...operation, act }, { tree, clean: cleanTree, body: clean }, guarded);
}

/** The one operation that a body means, or why nobody can tell. */
export function operationIn(described: readonly Described[], body: Json): Described | string {
  const told = described.filter(({ when }) => when.length > 0);
  for (const [pointer] of told.flatMap(({ when }) => when)) {
    const second = secondOf(body, pointer);
    if (second !== undefined) return secondPlace(second);
  }
  const exact = told.filter(({ when }) =>
    when.every(([pointer, wanted]) => isExactly(at(body, pointer), wanted)),
  );
  const alike = told.find(({ when }) =>
    when.every(([pointer, wanted]) => mayMean(at(body, pointer), wanted)),
  );
  if (exact.length === 0 && alike) {
    const [pointer, wanted] = alike.when.find(([at_, one]) => !isExactly(at(body, at_), one)) ?? ['', null];
    return `Write the member "${pointer}" as the API does: ${JSON.stringify(plain(wanted))}.`;
  }
  const open = exact.length > 0 ? exact : described.filter(({ when }) => when.length === 0);
  if (open.length === 0)
    return `No operation of ${namesOf(told)} has a "when" that this body meets. Describe what it means under "operations" of its module.`;
  const [first, ...others] = open.length === 1 ? open : open.filter((one) => fits(one, body));
  if (!first) return FILTER;
  if (first.act.kind === 'harmless' && isToldWithin(body, told))
    return `The body holds several calls, or one in a text, and what they mean is told by members of each. Send each of them by itself, as one object.`;
  return others.length === 0
    ? first
    : `The body can be read as two operations of ${namesOf(open)}. Send what each of them wants by itself.`;
}

function mayMean(value: Json | undefined, wanted: Json): boolean {
  return value !== undefined && isScalar(wanted) && mayBecome(value, wanted);
}

/** Calls of one body that are looked at; of more, some may mean anything. */
const MOST_CALLS = 200;

/**
 * Whether some reader may find in a body what tells an operation, deeper than where that stands: in a list of calls, as JSON-RPC has them,
 * or in a text.
 */
function isToldWithin(body: Json, told: readonly Described[]): boolean {
  if (told.length === 0) return false;
  if (typeof body === 'string') return true;
  const calls = (isList(body) ? body : isObject(body) ? numberedIn(body) : []).filter(
    (one) => !isScalar(one),
  );
  return (
    calls.length > MOST_CALLS ||
    calls.some((call) =>
      isList(call)
        ? !call.every(isScalar)
        : told.some(({ when }) => when.every(([pointer, wanted]) => mayMean(at(call, pointer), wanted))),
    )
  );
}

/** PHP knows no difference between `[…]` and `{"0": …}`. */
function numberedIn(body: JsonObject): readonly Json[] {
  return [...body].flatMap(([name, value]) => (/^\d+$/.test(name) ? [value] : []));
}

/** Whether the place at which an operation has its records is there. */
function fits({ act }: Described, body: Json): boolean {
  if (act.kind === 'batch') return isList(at(body, act.batch.calls));
  if (act.kind !== 'save') return false;
  const { naming } = act;
  if (naming.kind === 'ids' || naming.kind === 'records') return isList(at(body, naming.pointer));
  return naming.kind !== 'id' || at(body, naming.pointer) !== undefined;
}

function plain(value: Json): unknown {
  return typeof value === 'object' && value !== null && 'lexeme' in value ? Number(value.lexeme) : value;
}

function namesOf(described: readonly Described[]): string {
  return [...new Set(described.map(({ definition }) => definition.name))].join(', ');
}
