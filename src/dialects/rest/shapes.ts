import { givenIds } from '../../core/likeness/likeness.ts';
import type { CollectionModule } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { isNoId, type Save } from '../../core/saving/save.ts';
import { type Body, treeOf, withoutCodes } from '../../core/wire/body.ts';
import { at, isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import type { PresentedCode } from '../../core/wire/parameter.ts';
import type { Dialect, Head, Reading } from '../dialect.ts';
import { codesIn, extentFault, type Part, savesOf, unreadable } from '../parts.ts';
import { besides, secondOf } from '../places.ts';
import { fateOf } from './fate.ts';
import { FILTER, overrideFault, readRecord, secondPlace } from './record.ts';

const UPDATES = new Set(['PUT', 'PATCH', 'POST']);

/** What the usual shapes make of a request: `{path}` is the collection, `{path}/{id}` a record. */
export function recogniseUsual(
  { method }: Pick<Head, 'method'>,
  { segments, definitions: [definition] }: Mount<CollectionModule>,
): ReturnType<Dialect['recognise']> {
  if (isSafe(method)) {
    const isList = segments.length === 0;
    return isList || (segments.length === 1 && isId(segments[0] ?? '', definition))
      ? 'read'
      : 'unmapped-read';
  }
  if (segments.length === 0) {
    return method === 'POST' || (definition.records !== undefined && UPDATES.has(method))
      ? 'body'
      : 'unknown';
  }
  if (segments.length > 1 || !isId(segments[0] ?? '', definition)) return 'unknown';
  if (method === 'DELETE') return 'bodyless';
  return UPDATES.has(method) ? 'body' : 'unknown';
}

/** Reads a write of the usual shapes. */
export function readUsual(
  { method }: Pick<Head, 'method'>,
  mount: Mount<CollectionModule>,
  body: Body | null,
  guarded: readonly string[],
): Reading {
  return body ? readSaves(method, mount, body, guarded) : readDelete(mount);
}

function readDelete(mount: Mount<CollectionModule>): Reading {
  const save: Save = {
    module: mount.definitions[0].name,
    operation: 'delete',
    id: idOf(mount),
    fields: new Map(),
  };
  return { kind: 'saves', saves: [save], codes: [], body: null };
}

/**
 * `/bulk`, `/search` and their kind are no records, so a request on one is nothing that can be judged. Nor is `/_bulk_docs`, whatever ids are like:
 * CouchDB and Elasticsearch name so what no record may be called.
 */
export function isId(segment: string, { ids }: CollectionModule): boolean {
  return ids === 'any' ? !/^_[a-z]+(?:_[a-z]+)*$/.test(segment) : /\d/.test(segment);
}

function idOf({ segments }: Mount<CollectionModule>): string {
  return decodeURIComponent(segments[0] ?? '');
}

function readSaves(
  method: string,
  mount: Mount<CollectionModule>,
  body: Body,
  guarded: readonly string[],
): Reading {
  const { segments, definitions } = mount;
  const [definition] = definitions;
  const clean = withoutCodes(body);
  const [tree, cleanTree] = [treeOf(body), treeOf(clean)];
  const fault = overrideFault(cleanTree);
  if (fault) return unreadable(fault);
  const { records } = definition;
  const list = segments.length === 0 && records !== undefined ? at(tree, records) : undefined;
  const second = segments.length === 0 ? secondOf(cleanTree, records ?? '') : undefined;
  if (second !== undefined) return unreadable(secondPlace(second));
  const replaces =
    definition.put === 'replace' && (method === 'PUT' || (method === 'POST' && segments.length === 0));
  const fate = fateOf(definition, guarded, replaces);
  const creates = method === 'POST' || (method === 'PUT' && definition.creates === 'upsert');
  if (isList(list)) {
    const reading = readList(definition, list, cleanTree, codesIn(tree), clean, fate);
    const isNew = reading.kind === 'saves' && reading.saves.some(({ id }) => id === null);
    return isNew && !creates ? unreadable(FILTER) : reading;
  }
  if (segments.length === 0 && (method !== 'POST' || (list !== undefined && records !== ''))) {
    return unreadable(`A ${method} on the collection has its records in a list at "${records}".`);
  }
  const id = segments.length === 0 ? null : idOf(mount);
  const reading = readRecord(definition, tree, cleanTree, id);
  if (typeof reading === 'string') return unreadable(reading);
  const codes = definition.fields === '' ? reading.codes : [...codesIn(tree), ...reading.codes];
  // Whoever chooses ids makes a record by a PUT at its own address, too: RFC 9110 §9.3.4.
  const mayCreate = id !== null && method === 'PUT' && definition.creates === 'upsert';
  const save = fate(mayCreate ? { ...reading.save, upserts: true } : reading.save);
  return typeof save === 'string' ? unreadable(save) : { kind: 'saves', saves: [save], codes, body: clean };
}

/** `document` is the body's, without codes; `codes` are those that stand beside the list. */
function readList(
  definition: CollectionModule,
  list: readonly Json[],
  document: Json,
  codes: readonly PresentedCode[],
  body: Body,
  fate: (save: Save) => Save | string,
): Reading {
  const clean = at(document, definition.records ?? '');
  const others = besides(document, definition.records ?? '');
  const fault = extentFault(list.length, others);
  if (fault) return fault;
  const parts: Part[] = [];
  for (const [index, item] of list.entries()) {
    const cleanItem = isList(clean) ? (clean[index] ?? null) : null;
    const fields = at(cleanItem, definition.fields);
    const id = isObject(fields)
      ? givenIds(fields, definition.idField).find((value) => !isNoId(value))
      : undefined;
    const reading = readRecord(definition, item, cleanItem, textOf(id) ?? null, others);
    const save = typeof reading === 'string' ? reading : fate(reading.save);
    if (typeof reading === 'string' || typeof save === 'string')
      return unreadable(`Record ${index + 1} of the list: ${save}`);
    parts.push({ ...reading, save });
  }
  return savesOf(parts, codes, body);
}
