import type { CollectionModule } from '../core/saving/module.ts';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { Headers } from '../core/wire/headers.ts';
import { at, isList, isObject, type Json, textOf } from '../core/wire/json.ts';
import type { LookupAnswer } from '../ports.ts';
import type { Client } from './client.ts';
import { documentIn, ownReadHeaders } from './own-read.ts';

/**
 * Asks the CRM for the one record of the module that the value names. A list of several is none: a CRM that does not know the
 * query answers with everybody, and the first of them is nobody in particular.
 */
export async function lookUp(
  client: Client,
  definition: CollectionModule,
  value: string,
  headers: Headers,
): Promise<LookupAnswer> {
  const { lookup } = definition;
  if (!lookup) return { kind: 'unavailable', reason: `${definition.name} has no lookup` };
  const path = `${lookup.path}?${encodeURIComponent(lookup.query)}=${encodeURIComponent(value)}`;
  try {
    const answer = await client.collect(
      await client.request({ method: 'GET', path, headers: ownReadHeaders(headers, definition), body: null }),
    );
    if (answer.status === 404) return { kind: 'none' };
    if (answer.status === 401 || answer.status === 403) return { kind: 'withheld', answer };
    const document = documentIn(answer);
    return document.ok
      ? recordIn(document.body, definition, lookup, value)
      : { kind: 'unavailable', reason: document.reason, status: answer.status };
  } catch (fault) {
    if (fault instanceof UpstreamFault) return { kind: 'unavailable', reason: fault.message };
    throw fault;
  }
}

function recordIn(
  document: Json,
  { idField }: CollectionModule,
  { record, query }: NonNullable<CollectionModule['lookup']>,
  value: string,
): LookupAnswer {
  const list = at(document, record.slice(0, Math.max(0, record.lastIndexOf('/'))));
  const found = at(document, record);
  if (!isObject(found) || (isList(list) && list.length > 1)) return { kind: 'none' };
  const id = textOf(found.get(idField));
  const named = found.get(query);
  const isNamed = named === undefined || textOf(named)?.toLowerCase() === value.toLowerCase();
  return id && isNamed ? { kind: 'found', id } : { kind: 'none' };
}
