import { isScalar, type Json, jsonObjectOf, jsonOf } from '../wire/json.ts';
import type { CollectionModule } from './module.ts';
import type { Described, DescribedOperation, Mount } from './mount.ts';
import { type Act, type Naming, type OperationEntry, type SaveEntry, SELF } from './operation-entry.ts';
import { type RequestTemplate, readTemplateOf, type TemplateSegment, valuesIn } from './request-template.ts';

/** Makes the module's `operations` ready. They were checked when they were decoded. */
export function operationsOf(definition: CollectionModule): readonly DescribedOperation[] {
  return (definition.operations ?? []).map((entry) => {
    const template = readTemplateOf(entry.request);
    if ('fault' in template) throw new TypeError(`an operation of ${definition.name} was not checked`);
    const when = Object.entries(entry.when ?? {}).map(([at, wanted]) => [at, jsonOf(wanted)] as const);
    const heads = Object.entries(entry.headers ?? {}).map(
      ([at, value]) => [at.toLowerCase(), value] as const,
    );
    return { definition, template, when, heads, act: actOf(entry) };
  });
}

function actOf({ save, read, lists, batch }: OperationEntry): Act {
  if (read) return { kind: 'read', id: read.id, record: read.record ?? '' };
  if (batch) return { kind: 'batch', batch };
  if (!save) return { kind: lists ? 'lists' : 'harmless' };
  const { operation = 'update', fields, set, replaces = false } = save;
  const naming = namingOf(save);
  const isOpen = operation === 'update' && !set && fields === undefined && naming.kind !== 'records';
  const bringsNone = set !== undefined || operation === 'delete';
  return {
    kind: 'save',
    operation,
    naming,
    fields: fields ?? (bringsNone ? undefined : ''),
    set: jsonObjectOf(set ?? {}),
    replaces,
    isOpen,
  };
}

function namingOf({ id, ids, records, operation }: SaveEntry): Naming {
  if (records !== undefined) return { kind: 'records', pointer: records, id };
  if (ids !== undefined) return { kind: 'ids', pointer: ids };
  if (id === undefined || operation === 'create') return { kind: 'new' };
  if (id === SELF) return { kind: 'self' };
  const [, name] = NAMED.exec(id) ?? [];
  return name === undefined ? { kind: 'id', pointer: id } : { kind: 'name', name };
}

const NAMED = /^\{(\w+)\}$/;

/** The name in braces that an entry's `id` is, or undefined. */
export function nameInBraces(id: string): string | undefined {
  return NAMED.exec(id)?.[1];
}

/** The path of a template, with its query, for these values; they cannot lead out of their place. */
export function pathWith({ segments, query }: RequestTemplate, values: ReadonlyMap<string, string>): string {
  const written = segments.map((segment) => textWith(segment, values)).join('/');
  const pairs = query.map(({ name, value }) => `${name}=${textWith(value, values)}`);
  return `/${written}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
}

function textWith(segment: TemplateSegment, values: ReadonlyMap<string, string>): string {
  const encoded = (name: string) =>
    encodeURIComponent(values.get(name) ?? '').replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16)}`,
    );
  if (segment.kind === 'literal') return segment.text;
  return segment.kind === 'name'
    ? encoded(segment.name)
    : segment.texts
        .map(
          (text, index) =>
            `${text}${index < segment.names.length ? encoded(segment.names[index] ?? '') : ''}`,
        )
        .join('');
}

/** The operation with what its names stand for in a path and query that are plainly spelled; undefined where they are another's. */
export function matched(
  operation: DescribedOperation,
  segments: readonly string[],
  query: string,
): Described | undefined {
  const { template, definition } = operation;
  const values = valuesOfPath(operation, segments);
  if (!values) return undefined;
  const rest = withoutPairs(template, query, values);
  if (rest === undefined || !isRecord(operation, values, definition)) return undefined;
  return { ...operation, values, restOfQuery: rest };
}

/** What the names of the operation stand for in a path; undefined where the path is another one's. */
export function valuesOfPath(
  { template }: DescribedOperation,
  segments: readonly string[],
): Map<string, string> | undefined {
  if (template.segments.length !== segments.length) return undefined;
  const values = new Map<string, string>();
  for (const [index, segment] of template.segments.entries()) {
    const found = valuesIn(segment, segments[index] ?? '');
    if (!found) return undefined;
    for (const [name, value] of found) values.set(name, value);
  }
  return values;
}

/** Takes the pairs of the template out of a query, where each stands once and plainly. */
function withoutPairs(
  { query: wanted }: RequestTemplate,
  query: string,
  values: Map<string, string>,
): string | undefined {
  if (wanted.length === 0) return query;
  const rest: string[] = [];
  const open = new Map(wanted.map(({ name, value }) => [name, value]));
  for (const pair of query.slice(1).split('&')) {
    const [name = '', value = ''] = [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)];
    const template = pair.includes('=') ? open.get(name) : undefined;
    if (!template) {
      if (pair !== '') rest.push(pair);
      continue;
    }
    const found = PLAIN_VALUE.test(value) ? valuesIn(template, value) : undefined;
    if (!found) return undefined;
    for (const [named, text] of found) values.set(named, text);
    open.delete(name);
  }
  if (open.size > 0) return undefined;
  return rest.length === 0 ? '' : `?${rest.join('&')}`;
}

const PLAIN_VALUE = /^[A-Za-z0-9_.~-]+$/;

/** `/orders/search` is no record where ids are numbered. */
function isRecord(
  { act }: DescribedOperation,
  values: ReadonlyMap<string, string>,
  { ids }: CollectionModule,
): boolean {
  if (ids === 'any' || (act.kind !== 'save' && act.kind !== 'read')) return true;
  const name =
    act.kind === 'read' ? nameInBraces(act.id) : act.naming.kind === 'name' ? act.naming.name : undefined;
  return name === undefined || /\d/.test(values.get(name) ?? '');
}

/** The id of the record that a described read shows. */
export function idOfRead({ values }: Described, { id }: Extract<Act, { kind: 'read' }>): string {
  return values.get(nameInBraces(id) ?? '') ?? SELF;
}

/** Those of the operations that have the method, in the most exact words for the path: a text goes before a name. */
function meant(found: readonly Described[], method: string): readonly Described[] {
  const asked = method === 'HEAD' ? 'GET' : method;
  const own = found.filter(({ template }) => template.method === asked);
  const best = own.map(shapeOf).sort().at(0);
  return own.filter((one) => shapeOf(one) === best);
}

/**
 * The mount as a request of the method means it: that of the operations which it is. Where it is no described operation, it is what the module's
 * path stands for, unless that is nothing (`shapes: none`).
 */
export function meantAt(
  mount: Mount,
  found: readonly Described[],
  method: string,
  segments: readonly string[],
): Mount {
  const described = meant(found, method);
  const [first, ...others] = [...new Set(described.map(({ definition }) => definition))];
  if (first) return { path: '', definitions: [first, ...others], segments, described };
  const [definition] = mount.definitions;
  const isBare = 'shapes' in definition && definition.shapes === 'none';
  return isBare ? { ...mount, described: [] } : mount;
}

/** Sorts before those of templates that are less exact. */
function shapeOf({ template: { segments, query } }: DescribedOperation): string {
  const pairs = query
    .map(({ name, value }) => (value.kind === 'literal' ? `${name}=${value.text}` : `${name}~`))
    .sort();
  return `${ranksOf(segments)} ${9 - Math.min(9, pairs.length)} ${pairs.join('&')}`;
}

/** Sorts before those of paths that are less exact. */
export function ranksOf(segments: readonly TemplateSegment[]): string {
  return segments.map(({ kind }) => ['literal', 'mixed', 'name'].indexOf(kind)).join('');
}

/** Whether the value in a body is the one that is wanted, in kind and letter. */
export function isExactly(value: Json | undefined, wanted: Json): boolean {
  if (value === undefined || !isScalar(value)) return false;
  if (typeof value === 'object' && value !== null)
    return (
      typeof wanted === 'object' && wanted !== null && 'lexeme' in wanted && value.lexeme === wanted.lexeme
    );
  return value === wanted;
}
