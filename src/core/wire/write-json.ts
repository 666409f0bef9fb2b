import { isList, isNumber, isObject, type Json, type JsonObject, textOf } from './json.ts';

/**
 * How quotes, backslashes and line ends stand in a text: `"` as `\u0022` or as `\"`. Two kinds of readers change a document before they
 * parse it: those that take backslashes out (`json_decode(stripslashes($body))`), to which `\"` ends the text, and Vtiger's own decoder,
 * which undoes `\u` first, so that `\u0022` does. No form is safe for both.
 */
export type Escapes = 'long' | 'short';

/**
 * The one way in which countersign writes JSON: no blanks, members in their order, numbers as they were read, only the escapes that
 * RFC 8259 demands, so that no two parsers read it differently.
 */
export function writeJson(value: Json, escapes: Escapes = 'long'): string {
  if (typeof value === 'string') return writeText(value, escapes);
  if (isNumber(value)) return value.lexeme;
  if (isList(value)) return `[${value.map((item) => writeJson(item, escapes)).join(',')}]`;
  if (isObject(value)) {
    let members = '';
    for (const [name, member] of value)
      members += `${members === '' ? '' : ','}${writeText(name, escapes)}:${writeJson(member, escapes)}`;
    return `{${members}}`;
  }
  return String(value);
}

/** The same where it has at most so many symbols; else undefined, and what is much longer is not even written. */
export function writeJsonWithin(most: number, value: Json): string | undefined {
  if (lettersIn(value) > most) return undefined;
  const written = writeJson(value);
  return written.length <= most ? written : undefined;
}

/** How many symbols its names and values have by themselves. */
function lettersIn(value: Json): number {
  if (isList(value)) return sum(value.map(lettersIn));
  if (isObject(value)) return sum([...value].map(([name, member]) => name.length + lettersIn(member)));
  return textOf(value)?.length ?? 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** The same document whatever the order of its members: for digests and comparisons, never for the wire. */
export function canonicalText(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (isObject(value)) {
    const members = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${writeText(name, 'short')}:${canonicalText(member)}`).join(',')}}`;
  }
  return writeJson(value, 'short');
}

/** TypeScript does not know it yet. Source: https://tc39.es/proposal-json-parse-with-source */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object };

/** For `JSON.stringify`, which then writes what `writeJson` does: numbers as they were read, names such as `__proto__` as any other. */
export function printable(value: JsonObject): object;
export function printable(value: Json): unknown;
export function printable(value: Json): unknown {
  if (isNumber(value)) return rawJSON(value.lexeme);
  if (isList(value)) return value.map((item) => printable(item));
  if (!isObject(value)) return value;
  const plain = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of value) plain[name] = printable(member);
  return plain;
}

function writeText(text: string, escapes: Escapes): string {
  if (STANDS_FOR_ITSELF.test(text)) return `"${text}"`;
  return escapes === 'short' ? JSON.stringify(text) : `"${escaped(text)}"`;
}

/** Of well-formed text, and no other is read. Source: RFC 8259 §7. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const STANDS_FOR_ITSELF = /^[^"\\\u0000-\u001f]*$/;
/** Most of what is escaped is not there: to look for one symbol costs less than to replace it. */
function escaped(text: string): string {
  return ESCAPED.reduce(
    (rest, { symbol, one, written }) => (rest.includes(symbol) ? rest.replace(one, written) : rest),
    text,
  );
}

/** The backslash first, since it begins what stands for all others; each with its pattern, which the engine replaces by the million at once. */
const ESCAPED = [0x5c, 0x22, ...Array.from({ length: 0x20 }, (_, code) => code)].map((code) => {
  const written = `\\u${code.toString(16).padStart(4, '0')}`;
  return { symbol: String.fromCharCode(code), written, one: new RegExp(written, 'g') };
});
