import { type Body, type FormEntry, treeOf, withoutCodes } from '../../core/wire/body.ts';
import { isList, isNumber, isObject, type Json, type JsonObject } from '../../core/wire/json.ts';
import { holdsParameter } from '../../core/wire/parameter.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { writeJson } from '../../core/wire/write-json.ts';
import { cleanOf } from '../parts.ts';

/** What a call brings, with the JSON in its texts read. `body` is what goes on: no code, and each text as it was read. */
export type Parameters =
  | { readonly ok: true; readonly values: JsonObject; readonly clean: JsonObject; readonly body: Body }
  | { readonly ok: false; readonly detail: string };

/** Parameters that Frappe takes as JSON in a text, too (`frappe.parse_json`). */
const IN_TEXTS = ['data', 'doc', 'docs', 'document', 'fieldname', 'args', 'arg', 'names', 'kwargs'];

/** Whether Python takes it for no: `if form_dict.cmd:` passes over `0`, `false` and `[]`, too. */
export function isFalsy(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  if (isNumber(value)) return Number(value.lexeme) === 0;
  return isList(value) ? value.length === 0 : isObject(value) && value.size === 0;
}

/** Reads the parameters of a body. */
export function parametersOf(body: Body): Parameters {
  const tree = treeOf(body);
  if (!isObject(tree)) return { ok: false, detail: 'Send the call as one object of parameters.' };
  const values = new Map(tree);
  const texts = new Set<string>();
  for (const name of IN_TEXTS) {
    const text = values.get(name);
    if (typeof text !== 'string' || !/^\s*[[{]/.test(text)) continue;
    if (body.kind === 'multipart')
      return { ok: false, detail: `Send "${name}" as JSON, or in a form with urlencoding.` };
    const reading = readJson(Buffer.from(text));
    if (!reading.ok)
      return { ok: false, detail: `The JSON in "${name}" cannot be read: ${reading.fault.message}.` };
    values.set(name, reading.value);
    texts.add(name);
  }
  const clean = cleanOf(values);
  return {
    ok: true,
    values,
    clean,
    body: body.kind === 'multipart' ? withoutCodes(body) : bodyOf(body, clean, texts),
  };
}

function bodyOf(
  body: Exclude<Body, { kind: 'multipart' }>,
  clean: JsonObject,
  texts: ReadonlySet<string>,
): Body {
  const written = (name: string, value: Json): Json => (texts.has(name) ? writeJson(value) : value);
  if (body.kind === 'json')
    return { kind: 'json', value: new Map([...clean].map(([name, value]) => [name, written(name, value)])) };
  const entries = body.entries.filter(({ name }) => !holdsParameter(name));
  return { kind: 'form', entries: entries.map((entry) => rewritten(entry, clean, texts)) };
}

function rewritten(entry: FormEntry, clean: JsonObject, texts: ReadonlySet<string>): FormEntry {
  if (!texts.has(entry.name)) return entry;
  const value = writeJson(clean.get(entry.name) ?? null);
  return { ...entry, value, text: `${encodeURIComponent(entry.name)}=${encodeURIComponent(value)}` };
}
