import { isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import type { Meaning } from '../meaning.ts';
import { strangerIn } from '../parts.ts';
import { addressOf } from './address.ts';
import type { ODataModule } from './odata-module.ts';

/** What a bound action means, by its name with or without its namespace. */
export function actionNamed(name: string, { actions }: ODataModule): Meaning | undefined {
  const short = name.slice(name.lastIndexOf('.') + 1);
  return [name, short].map((one) => (Object.hasOwn(actions, one) ? actions[one] : undefined)).find(Boolean);
}

/** Whether the member is a navigation property that the module declares. */
export function hasRelation(name: string, { relations = {} }: ODataModule): boolean {
  return Object.hasOwn(relations, name);
}

/**
 * What a write below a navigation property says of the record, as the member that would say the same in its own save: a new
 * record at the other end, or a link (`$ref`). Undefined where that cannot be said.
 * http://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_ModifyingRelationshipsbetweenEntitie
 */
export function relatedFields(
  method: string,
  [name = '', end, ...rest]: readonly string[],
  body: Json,
  { relations = {} }: ODataModule,
): JsonObject | undefined {
  const target = relations[name];
  const isSingle = typeof target === 'object' && target.field !== undefined;
  if (rest.length > 0) return undefined;
  if (end === undefined)
    return method === 'POST' && !isSingle && isObject(body)
      ? new Map([[`${name}@delta`, [body]]])
      : undefined;
  if (end !== '$ref') return undefined;
  if (method === 'DELETE') return isSingle ? new Map([[name, null]]) : undefined;
  const link = isObject(body) && strangerIn(body, LINK) === undefined ? linkIn(body) : undefined;
  if (link === undefined) return undefined;
  if (method === 'PUT' && isSingle) return new Map([[name, link]]);
  // It is added to those that are linked already.
  return method === 'POST' && !isSingle ? new Map([[`${name}@delta`, [link]]]) : undefined;
}

const LINK = ['@odata.id', '@id', '@odata.context', '@context'];

/** The key of the record that a link names by its address. */
function linkIn(body: JsonObject): string | undefined {
  const last = textOf(body.get('@odata.id') ?? body.get('@id'))
    ?.split('/')
    .at(-1);
  const address = last === undefined ? undefined : addressOf([last]);
  return address?.kind === 'record' ? address.key.id : undefined;
}
