import { foldName } from '../../core/likeness/fold.ts';
import { resembles } from '../../core/likeness/resemblance.ts';
import type { Body, BodyEntry } from '../../core/wire/body.ts';
import { isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';

/** The values of named parameters, or what is wrong with the way in which they are written. */
export type Parameters =
  | { readonly ok: true; readonly values: JsonObject }
  | { readonly ok: false; readonly detail: string };

/**
 * Reads parameters that stand once, under exactly their names. PHP takes `%20element`, `element%00x` and the last of two for
 * `element`, and makes a list of `element[]`.
 */
export function readParameters(
  members: Iterable<readonly [name: string, value: Json]>,
  names: readonly string[],
): Parameters {
  const values = new Map<string, Json>();
  const wanted = names.map((name) => [name, foldName(name)] as const);
  for (const [name, value] of members) {
    const meant = wanted.find(([, folded]) => resembles(name, folded))?.[0];
    if (meant === undefined) continue;
    if (name !== meant) return refuse(`Vtiger may take "${name}" for "${meant}". Write "${meant}" plainly.`);
    if (values.has(name)) return refuse(`"${name}" stands in the request twice. Send it once.`);
    values.set(name, value);
  }
  return { ok: true, values };
}

/** The body's own members: the entries of a form, or those of a JSON object. */
export function membersOf(body: Body): readonly (readonly [name: string, value: Json])[] {
  if (body.kind === 'json') return isObject(body.value) ? [...body.value] : [];
  const entries: readonly BodyEntry[] = body.entries;
  return entries.map(({ name, value }) => [name, value] as const);
}

/** The body with another value for one parameter. In a form it is encoded anew, so the client's own spelling is gone. */
export function withParameter(body: Body, name: string, value: Json): Body {
  if (body.kind === 'json') {
    return isObject(body.value) ? { kind: 'json', value: new Map(body.value).set(name, value) } : body;
  }
  const text = textOf(value) ?? '';
  if (body.kind === 'form') {
    const entry = { name, value: text, isUtf8: true, text: `${name}=${encodeURIComponent(text)}` };
    return { kind: 'form', entries: body.entries.map((other) => (other.name === name ? entry : other)) };
  }
  const bytes = new TextEncoder().encode(text);
  const content = { length: bytes.length, pieces: () => [bytes] };
  const entries = body.entries.map((other) =>
    other.name === name ? { ...other, value: text, isUtf8: true, content } : other,
  );
  return { kind: 'multipart', entries };
}

function refuse(detail: string): Parameters {
  return { ok: false, detail };
}
