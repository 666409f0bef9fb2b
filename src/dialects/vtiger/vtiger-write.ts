import { type Body, withoutCodes } from '../../core/wire/body.ts';
import type { Json, JsonObject } from '../../core/wire/json.ts';
import { codeOfField, holdsParameter } from '../../core/wire/parameter.ts';
import type { Reading } from '../dialect.ts';
import { withBesides } from '../places.ts';
import { readDocument } from './vtiger-document.ts';
import type { PrefixedModule } from './vtiger-module.ts';
import { type BodyShape, PARAMETERS } from './vtiger-operations.ts';
import { membersOf, readParameters } from './vtiger-parameters.ts';
import { readSaves, writtenBy } from './vtiger-saves.ts';

/** Parameters of every call, which are about no record. */
export const STEERING: readonly string[] = ['operation', 'sessionName', 'format'];

/** Reads a saving operation: its records, its codes, and what is sent on. The same for both APIs. */
export function readWrite(
  operation: string,
  shape: BodyShape,
  body: Body,
  definitions: readonly PrefixedModule[],
): Reading {
  const clean = withoutCodes(body);
  const parameters = readParameters(membersOf(body), PARAMETERS[shape]);
  if (!parameters.ok) return { kind: 'unreadable', detail: parameters.detail };
  const beside = membersOf(body).flatMap(([name, value]) => codeOfField(name, value) ?? []);
  const [first] = PARAMETERS[shape];
  const hasDocument = first === 'element' || first === 'values';
  const document = hasDocument
    ? readDocument(clean, first, parameters.values.get(first))
    : { fields: new Map(), codes: [], body: clean };
  if (typeof document === 'string') return { kind: 'unreadable', detail: document };
  const call = { operation, shape, parameters: parameters.values, fields: document.fields };
  const found = readSaves(call, definitions);
  if (typeof found === 'string') return { kind: 'unreadable', detail: found };
  const { saves, alsoUnmapped } = found;
  if (saves.length === 0) return { kind: 'unmapped', body: document.body, about: writtenBy(call) };
  const others = othersIn(clean, PARAMETERS[shape]);
  return {
    kind: 'saves',
    saves: saves.map((save) => ({ ...save, fields: withBesides(save.fields, [others]) })),
    codes: [...beside, ...document.codes],
    body: document.body,
    alsoUnmapped,
  };
}

/** What else stands in the body: Vtiger 8.0.0 was seen to ignore it, and nobody knows of other versions. */
function othersIn(body: Body, names: readonly string[]): JsonObject {
  const known = [...names, ...STEERING];
  return new Map(membersOf(body).filter(([name]) => !known.includes(name)));
}

/** The body of a call that saves nothing, without codes, and without texts that one stands in. */
export function withoutHiddenCodes(body: Body): Body {
  const clean = withoutCodes(body);
  const isKept = (value: Json) => typeof value !== 'string' || !holdsParameter(value);
  if (clean.kind === 'form')
    return { kind: 'form', entries: clean.entries.filter(({ value }) => isKept(value)) };
  if (clean.kind === 'multipart')
    return { kind: 'multipart', entries: clean.entries.filter(({ value }) => isKept(value)) };
  return { kind: 'json', value: new Map(membersOf(clean).filter(([, value]) => isKept(value))) };
}
