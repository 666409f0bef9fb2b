import { pointerSteps } from '../../../core/wire/json.ts';
import { listOf, membersOf, type PlainObject, resolved, textIn } from './members.ts';

/** What the document says of the members of a body. */
export type SchemaShape = {
  /** By name; `nests` where it holds an object, or a list of objects. */
  readonly members: ReadonlyMap<string, Member>;
};

/** A member of a body, and its schema. */
export type Member = { readonly nests: boolean; readonly schema: PlainObject };

const DEEPEST = 6;

/** The members of an object's schema, with those of `allOf`, `oneOf` and `anyOf`. Bounded, whatever refers to what. */
export function shapeOf(document: PlainObject, schema: unknown, depth = 0): SchemaShape {
  const members = new Map<string, Member>();
  if (depth > DEEPEST) return { members };
  const { properties, allOf, oneOf, anyOf } = resolved(document, schema);
  for (const [name, property] of Object.entries(membersOf(properties)))
    members.set(name, { nests: nests(document, property), schema: resolved(document, property) });
  for (const part of [...listOf(allOf), ...listOf(oneOf), ...listOf(anyOf)])
    for (const [name, member] of shapeOf(document, part, depth + 1).members) members.set(name, member);
  return { members };
}

function nests(document: PlainObject, property: unknown): boolean {
  const schema = resolved(document, property);
  const types = [schema['type']].flat();
  if (types.includes('object') || schema['properties'] !== undefined) return true;
  const parts = [...listOf(schema['allOf']), ...listOf(schema['oneOf']), ...listOf(schema['anyOf'])];
  if (parts.some((part) => resolved(document, part)['properties'] !== undefined)) return true;
  const item = resolved(document, schema['items']);
  return types.includes('array') && (item['type'] === 'object' || item['properties'] !== undefined);
}

/** Where the fields of a record stand in a body: `/data/attributes`, `/order`, or the whole. `list`: where a list of records stands instead. */
export type Envelope = { readonly pointer: string; readonly shape: SchemaShape; readonly list?: string };

/** Finds the fields of a record in a body. */
export function envelopeOf(document: PlainObject, schema: unknown): Envelope {
  const outer = shapeOf(document, schema);
  const [inner] = [...outer.members].filter(
    ([name, { nests: isObject }]) => isObject && (outer.members.size === 1 || ENVELOPES.has(name)),
  );
  if (!inner) return { pointer: '', shape: outer };
  const [name, { schema: below }] = inner;
  if ([below['type']].flat().includes('array'))
    return { pointer: '', shape: shapeOf(document, below['items']), list: `/${name}` };
  const shape = shapeOf(document, below);
  const attributes = shape.members.get('attributes');
  return attributes?.nests
    ? { pointer: `/${name}/attributes`, shape: shapeOf(document, attributes.schema) }
    : { pointer: `/${name}`, shape };
}

/** The fields at that place of a body; undefined where there are none. */
export function shapeAt(document: PlainObject, schema: unknown, pointer: string): SchemaShape | undefined {
  let here = shapeOf(document, schema);
  for (const name of pointerSteps(pointer)) {
    const member = here.members.get(name);
    if (!member?.nests) return undefined;
    here = shapeOf(document, member.schema);
  }
  return here.members.size > 0 ? here : undefined;
}

/** Names under which APIs answer with a record, whatever else stands beside it. */
const ENVELOPES = new Set(['data', 'result']);

/** The schema of a request's body: JSON, else a form. Swagger 2 has it among the parameters. */
export function bodySchemaOf(document: PlainObject, operation: PlainObject): unknown {
  const content = membersOf(resolved(document, operation['requestBody'])['content']);
  const inParameters = listOf(operation['parameters'])
    .map((parameter) => resolved(document, parameter))
    .find((parameter) => parameter['in'] === 'body');
  return schemaIn(content) ?? inParameters?.['schema'];
}

/** The schema of what a read answers. */
export function answerSchemaOf(document: PlainObject, operation: PlainObject): unknown {
  const responses = membersOf(operation['responses']);
  const response = resolved(document, responses['200'] ?? responses['default']);
  return schemaIn(membersOf(response['content'])) ?? response['schema'];
}

function schemaIn(content: PlainObject): unknown {
  const types = Object.keys(content);
  const type = types.find((name) => /json/i.test(name)) ?? types.find((name) => textIn(name) !== undefined);
  return type === undefined ? undefined : membersOf(content[type])['schema'];
}
