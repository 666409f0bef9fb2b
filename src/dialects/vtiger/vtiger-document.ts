import { type Body, withoutCodes } from '../../core/wire/body.ts';
import { isObject, type Json, type JsonObject } from '../../core/wire/json.ts';
import type { PresentedCode } from '../../core/wire/parameter.ts';
import { codeOfField } from '../../core/wire/parameter.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { writeJson } from '../../core/wire/write-json.ts';
import { withParameter } from './vtiger-parameters.ts';

/** The record of a save, and the body in which it is written anew. */
export type VtigerDocument = {
  readonly fields: JsonObject;
  readonly codes: readonly PresentedCode[];
  readonly body: Body;
};

/**
 * Reads `element` or `values`: a JSON object, as text or, in a JSON body, as it is. It is written anew without the codes in it,
 * because Vtiger's own decoder reads `"x\u0022,\u0022ticketstatus\u0022:\u0022Closed"` as two members. A text: what is wrong.
 */
export function readDocument(body: Body, name: string, value: Json | undefined): VtigerDocument | string {
  if (value === undefined) return `Send the record in "${name}", in the body.`;
  const isNested = body.kind === 'json' && isObject(value);
  if (!isNested && typeof value !== 'string') return `"${name}" has to be a JSON object, sent as a text.`;
  const reading = typeof value === 'string' ? readJson(new TextEncoder().encode(value)) : undefined;
  if (reading && !reading.ok) {
    const { message, offset } = reading.fault;
    return `"${name}" is not the JSON that every server reads alike: ${message}, at character ${offset}.`;
  }
  const document = reading ? reading.value : value;
  if (!isObject(document)) return `"${name}" has to be one JSON object with the record's fields.`;
  const clean = withoutCodes({ kind: 'json', value: document });
  const fields = clean.kind === 'json' && isObject(clean.value) ? clean.value : document;
  const codes = [...document].flatMap(([field, code]) => codeOfField(field, code) ?? []);
  return { fields, codes, body: withParameter(body, name, isNested ? fields : writeJson(fields, 'short')) };
}
