import { MAX_RECORDS } from '../../core/nesting/merge.ts';
import { SELF } from '../../core/saving/operation-entry.ts';
import { isNoId } from '../../core/saving/save.ts';
import {
  at,
  isList,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  pointerSteps,
  stepOfName,
} from '../../core/wire/json.ts';
import type { Reading } from '../dialect.ts';
import { codesIn, extentFault, type Part, savesOf, unreadable } from '../parts.ts';
import { secondOf } from '../places.ts';
import { levelsBeside } from './beside.ts';
import { readDescribedRecord } from './described-record.ts';
import { FILTER, secondPlace } from './record.ts';
import type { Document, Saving } from './saving.ts';

/** Reads the saves of an operation; each is judged as one that came by itself. */
export function readDescribedSaves(
  operation: Saving,
  document: Document,
  guarded: readonly string[],
): Reading {
  const { naming } = operation.act;
  const second = 'pointer' in naming ? secondOf(document.clean, naming.pointer) : undefined;
  if (second !== undefined) return unreadable(secondPlace(second));
  if (naming.kind === 'records') return readRecords(operation, naming, document, guarded);
  const ids = idsIn(operation, document.clean);
  if (typeof ids === 'string') return unreadable(ids);
  if (naming.kind === 'ids') {
    const fault = extentFault(ids.length, withoutIds(document.clean, naming.pointer));
    if (fault) return fault;
  }
  const parts: Part[] = [];
  for (const id of ids) {
    const part = readDescribedRecord(operation, id, document, [], guarded);
    if (typeof part === 'string') return unreadable(part);
    parts.push(part);
  }
  const { fields } = operation.act;
  const isBeside = fields === undefined || fields === '';
  const codes = codesIn(document.tree);
  // Codes among the fields of several records are for all of them, as those beside are.
  const shared = isBeside ? [] : codesIn(at(document.tree, fields));
  const own = parts.map(({ save }) => ({ save, codes: [] }));
  return savesOf(own, [...codes, ...shared], document.body);
}

/** A list that is too long is refused for its number, and read no further than to the first record that is too many. */
const MOST_READ = MAX_RECORDS + 1;

/** The ids that the address or the body names, null for a new record, or why it names none. */
function idsIn({ act: { naming }, values }: Saving, clean: Json): readonly (string | null)[] | string {
  switch (naming.kind) {
    case 'new':
    case 'records':
      return [null];
    case 'self':
      return [SELF];
    case 'name':
      return [values.get(naming.name) ?? ''];
    case 'id':
      return listOf(idIn(at(clean, naming.pointer))) ?? FILTER;
    case 'ids': {
      const list = at(clean, naming.pointer);
      if (!isList(list) || list.length === 0) return FILTER;
      const ids = list.slice(0, MOST_READ).flatMap((value) => idIn(value) ?? []);
      return ids.length < Math.min(list.length, MOST_READ)
        ? `The ids in "${naming.pointer}" have to be texts or whole numbers.`
        : ids;
    }
  }
}

/** What all records of the list share: the rest of the document. */
function withoutIds(document: Json, pointer: string): Json {
  const [step = '', ...more] = pointerSteps(pointer);
  if (pointer === '' || !isObject(document)) return null;
  const kept = [...document].filter(([name]) => name !== step).map(([, value]) => value);
  return more.length === 0
    ? kept
    : [...kept, withoutIds(document.get(step) ?? null, more.map((name) => `/${stepOfName(name)}`).join(''))];
}

function listOf(id: string | undefined): readonly string[] | undefined {
  return id === undefined ? undefined : [id];
}

/** Reads a list of records, each with its own id and fields. */
function readRecords(
  operation: Saving,
  naming: Extract<Saving['act']['naming'], { kind: 'records' }>,
  { tree, clean, body }: Document,
  guarded: readonly string[],
): Reading {
  const { act, definition, when } = operation;
  const [list, cleanList] = [at(tree, naming.pointer), at(clean, naming.pointer)];
  if (!isList(list) || !isList(cleanList)) return unreadable(FILTER);
  const beside: readonly JsonObject[] = levelsBeside(
    clean,
    naming.pointer,
    when.map(([pointer]) => pointer),
  );
  const fault = extentFault(cleanList.length, beside);
  if (fault) return fault;
  const parts: Part[] = [];
  for (const [index, item] of cleanList.slice(0, MOST_READ).entries()) {
    const second = secondOf(item, naming.id ?? '');
    if (second !== undefined) return unreadable(secondPlace(second));
    const given = naming.id === undefined ? undefined : at(item, naming.id);
    const id = given === undefined || isNoId(given) ? null : idIn(given);
    if (id === undefined)
      return unreadable(`The id of record ${index + 1} has to be a text or a whole number.`);
    if (id === null && act.operation !== 'create' && definition.creates !== 'upsert')
      return unreadable(FILTER);
    const document = { tree: list[index] ?? null, clean: item, body };
    const part = readDescribedRecord(operation, id, document, beside, guarded);
    if (typeof part === 'string') return unreadable(`Record ${index + 1} of the list: ${part}`);
    parts.push(part);
  }
  const codes = naming.pointer === '' ? [] : codesIn(tree);
  return savesOf(parts, codes, body);
}

/** A text or a whole number; whatever else stands there is no id that two servers read alike. */
function idIn(value: Json | undefined): string | undefined {
  if (isNumber(value)) return /^(?:0|[1-9]\d*)$/.test(value.lexeme) ? value.lexeme : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
