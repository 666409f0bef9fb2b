import { isList, isNumber, isObject, type Json } from './json.ts';

/**
 * The one way in which countersign writes JSON: no blanks, members in their order, numbers as they were read,
 * only the escapes that RFC 8259 demands, so that no two parsers read it differently.
 */
export function writeJson(value: Json): string {
  if (typeof value === 'string') return writeText(value);
  if (isNumber(value)) return value.lexeme;
  if (isList(value)) return `[${value.map(writeJson).join(',')}]`;
  if (isObject(value)) {
    let members = '';
    for (const [name, member] of value)
      members += `${members === '' ? '' : ','}${writeText(name)}:${writeJson(member)}`;
    return `{${members}}`;
  }
  return String(value);
}

/** The same document whatever the order of its members: for digests and comparisons, never for the wire. */
export function canonicalText(value: Json): string {
  if (isList(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (isObject(value)) {
    const members = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${writeText(name)}:${canonicalText(member)}`).join(',')}}`;
  }
  return writeJson(value);
}

function writeText(text: string): string {
  return STANDS_FOR_ITSELF.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** Of well-formed text, and no other is read. Source: RFC 8259 §7. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const STANDS_FOR_ITSELF = /^[^"\\\u0000-\u001f]*$/;
