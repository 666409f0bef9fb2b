import { isList, isObject, type Json } from '../wire/json.ts';
import { readJson } from '../wire/read-json.ts';
import { undone } from './undone.ts';

/** What a text holds for a server that takes it apart before it saves. `unreadable`: a document of which nobody can say what it names. */
export type TextDocument =
  | { readonly kind: 'none' | 'unreadable' }
  | { readonly kind: 'document'; readonly value: Json };

/** How often a document in a text is looked for in a text of such a document: as often as a chain of readers might undo it. */
export const MOST_DOCUMENTS = 3;

/**
 * The names and values in a text that some server reads as a document: JSON, what lenient readers take for JSON, what PHP serialises, and a form
 * (`status=Delivered&note=x`). The time grows with the text and nothing else.
 */
export function documentIn(whole: string): TextDocument {
  const text = withoutBlanks(whole);
  if (BEGINS_NONE.test(text)) {
    if (text.includes(':') && SERIALISED.test(text)) return looseIn(text);
    return text.includes('=') ? formIn(whole) : NONE;
  }
  if (text === '') return NONE;
  const strict = BEGINS_JSON.test(text[0] ?? '') ? readJson(Buffer.from(text)) : undefined;
  if (strict?.ok) {
    const { value } = strict;
    if (typeof value === 'string') return documentIn(value);
    return isObject(value) || isList(value) ? { kind: 'document', value } : NONE;
  }
  return LENIENT.test(undone(text.slice(0, HEAD))) ? looseIn(whole) : formIn(whole);
}

/** The text from its first symbol that is none of those which readers skip. Millions of blanks the engine skips at once. */
function withoutBlanks(text: string): string {
  const trimmed = text.trimStart();
  return trimmed.startsWith('\0') ? trimmed.replace(/^[\s\0]+/, '') : trimmed;
}

function looseIn(text: string): TextDocument {
  return text.length > MOST_TEXT ? { kind: 'unreadable' } : { kind: 'document', value: looselyRead(text) };
}

/** Whether a document that nobody can read stands in one of the texts of a value. */
export function hidesDocument(value: Json): boolean {
  if (typeof value === 'string') return documentIn(value).kind === 'unreadable';
  if (isList(value)) return value.some(hidesDocument);
  return isObject(value) && [...value.values()].some(hidesDocument);
}

const NONE: TextDocument = { kind: 'none' };
/** Nearly all texts begin with a letter or a digit. */
const BEGINS_NONE = /^[\w.-]/;
/** How an object, a list or a text begins in JSON: others, such as telephone numbers, are not read as a document. */
const BEGINS_JSON = /[{["]/;
/** What PHP's `unserialize` takes: `a:1:{s:6:"status";…}`. */
const SERIALISED = /^[aOC]:\d{1,9}:/;
/** How much of a text says whether it is meant as a document. */
const HEAD = 256;
/** An object with a name in it, or a list that begins with one or with a text; after quotes, backslashes and comments, too. `{{name}}` and `[urgent]` are none. */
const LENIENT = /^(?:[\s"'\\]|\/\/[^\n]*\n|\/\*[^*]*\*\/)*(?:\[[\s\\]*)*(?:\{[^{}]*[:=]|(?<=\[[\s\\]*)["'])/;
/** What strict readers refuse is looked through letter by letter, and may hold any number of names. */
const MOST_TEXT = 65_536;

/** The names in a document that strict readers refuse, each before its mark, and its quoted texts; what their values are, nobody knows. */
function looselyRead(text: string): Json {
  const names = new Set<string>();
  let word = '';
  const unescaped = text.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const plain = `${unescaped}\n${undone(unescaped)}`;
  for (const [token] of plain.matchAll(TOKENS)) {
    if (/^[:=]/.test(token)) names.add(word);
    else word = token;
  }
  const texts = [...plain.matchAll(QUOTED)].map(([, , quoted = '']) => quoted);
  return [new Map([...names].map((name) => [name, null])), ...texts];
}

const TOKENS = /[:=]+|[^\s"'`\\,:={}[\]]+/g;
const QUOTED = /(["'`])([^"'`\\]{1,200})(?=\\*\1)/g;

/** What `parse_str` and its kind make of a text: names and values without a blank between them. */
function formIn(text: string): TextDocument {
  if (text.length > MOST_TEXT) {
    const head = text.slice(0, HEAD);
    return head.includes('&') && FORM.test(head) ? { kind: 'unreadable' } : NONE;
  }
  if (!text.includes('=') || !FORM.test(text)) return NONE;
  return { kind: 'document', value: new Map(new URLSearchParams(text)) };
}

const FORM = /^\??[^\s&=?/#:,;"'<>{}()]+=[^\s&]*(?:&[^\s&=?/#:,;"'<>{}()]*(?:=[^\s&]*)?)*$/;
