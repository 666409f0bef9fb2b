import type { Json, JsonObject } from './json.ts';
import { Names, pollutes } from './names.ts';

/** Why a document was refused, in words for the person who wrote the client, and where (offset in characters). */
export type JsonFault = { readonly message: string; readonly offset: number };

/** A document, or what is wrong with it, and where. */
export type JsonReading =
  | {
      readonly ok: true;
      readonly value: Json;
      /** Whether it is written just as `writeJson` would write it: the bytes that were read say it again. */
      readonly isExact: boolean;
    }
  | { readonly ok: false; readonly fault: JsonFault };

/** How deep a document may be nested, and how many values it may have (CVE-2025-52999 and its kind). */
const MAX_DEPTH = 64;
const MAX_VALUES = 10_000;

/** No honest name is longer, and a long one costs every comparison. */
const MAX_NAME = 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a document to the letter of RFC 8259, and refuses more than it must: whatever two parsers are known to
 * read differently (repeated names, lone surrogates, `__proto__`) is a fault, because what was judged has to be what
 * the CRM understands. `names`: those of a whole of which the document is a part. Source of the differences: https://seriot.ch/projects/parsing_json.html
 */
export function readJson(bytes: Uint8Array, names = new Names()): JsonReading {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, fault: { message: 'the body is not valid UTF-8', offset: 0 } };
  }
  const isMarked = text.startsWith('\uFEFF');
  const reader = new Reader(isMarked ? text.slice(1) : text, names);
  try {
    const value = reader.document();
    return { ok: true, value, isExact: reader.isExact && !isMarked };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** What is thrown within this file. No error: the stack of one costs more than reading a record does, and nobody would see it. */
class Unreadable {
  readonly fault: JsonFault;
  constructor(message: string, offset: number) {
    this.fault = { message, offset };
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 §7 allows no control character in a string
const ODD = /[\\\u0000-\u001f]/;
const BLANKS = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const GOOD = /[^"\\\u0000-\u001f]+|(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})){1,1000}/y;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

class Reader {
  private readonly text: string;
  /** Neither a blank nor an escape was met. */
  isExact = true;
  private position = 0;
  private members = 0;
  private readonly names: Names;

  constructor(text: string, names: Names) {
    this.text = text;
    this.names = names;
  }

  document(): Json {
    const value = this.value(0);
    this.skipBlanks();
    if (this.position < this.text.length) this.refuse('something stands after the end of the document');
    return value;
  }

  private value(depth: number): Json {
    this.skipBlanks();
    if (++this.members > MAX_VALUES) this.refuse(`more than ${MAX_VALUES} values`);
    switch (this.text[this.position]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return { lexeme: this.take(NUMBER) || this.refuse('a JSON value was expected') };
    }
  }

  private object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.enter(depth);
    if (this.next('}')) return members;
    do {
      this.skipBlanks();
      const start = this.position;
      if (this.text[start] !== '"') this.refuse('a name in double quotes was expected');
      const name = this.string();
      if (name.length > MAX_NAME) this.refuse(`a name has more than ${MAX_NAME} characters`, start);
      const fault = this.names.faultOf(name);
      if (fault) this.refuse(fault, start);
      if (members.has(name))
        this.refuse(`the name ${JSON.stringify(name)} stands twice in one object`, start);
      if (!this.next(':')) this.refuse('":" was expected');
      const value = this.value(depth + 1);
      if (pollutes(name, value)) this.refuse(`${JSON.stringify(name)} may not be set`, start);
      members.set(name, value);
    } while (this.next(','));
    if (!this.next('}')) this.refuse('"," or "}" was expected');
    return members;
  }

  private list(depth: number): Json[] {
    const items: Json[] = [];
    this.enter(depth);
    if (this.next(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.next(','));
    if (!this.next(']')) this.refuse('"," or "]" was expected');
    return items;
  }

  private enter(depth: number): void {
    if (depth >= MAX_DEPTH) this.refuse(`nested deeper than ${MAX_DEPTH} levels`);
    this.position++;
  }

  private string(): string {
    const start = this.position;
    const end = this.endOfString();
    const written = this.text.slice(start, end + 1);
    this.position = end + 1;
    // Nearly all strings stand for themselves. The others are read by the engine: character by character, 8 MB take seconds.
    if (!ODD.test(written)) return written.slice(1, -1);
    this.isExact = false;
    const text = textIn(written) ?? this.refuseString(start);
    // UTF-8 has no surrogates, so only an escape can bring one.
    if (!text.isWellFormed()) this.refuse('a string has half of a surrogate pair', start);
    return text;
  }

  /** Where the next quote is that no backslash makes a part of the string. Where there is none, the engine finds it at once. */
  private endOfString(): number {
    const quote = this.text.indexOf('"', this.position + 1);
    if (quote >= 0 && this.text.charCodeAt(quote - 1) !== BACKSLASH) return quote;
    for (let end = this.position + 1; end < this.text.length; end++) {
      const code = this.text.charCodeAt(end);
      if (code === QUOTE) return end;
      if (code === BACKSLASH) end++;
    }
    return this.refuse('a string has no end', this.text.length);
  }

  /** Says what the engine does not: where the string is wrong, and how. */
  private refuseString(start: number): never {
    this.position = start + 1;
    while (this.take(GOOD) !== '');
    const [mark, next] = this.text.slice(this.position, this.position + 2);
    if (mark !== '\\') this.refuse('a control character stands in a string');
    return this.refuse(next === 'u' ? '\\u wants four hexadecimal digits' : 'JSON has no such escape');
  }

  private word<T extends Json>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) this.refuse('a JSON value was expected');
    this.position += word.length;
    return value;
  }

  /** Steps over blanks and, where it is next, over the mark. */
  private next(mark: string): boolean {
    this.skipBlanks();
    if (this.text[this.position] !== mark) return false;
    this.position++;
    return true;
  }

  private skipBlanks(): void {
    // Nearly always there are none, and nothing below the blank is anything else.
    if (this.text.charCodeAt(this.position) > 0x20 || this.position === this.text.length) return;
    this.isExact = false;
    this.take(BLANKS);
  }

  private take(pattern: RegExp): string {
    const start = this.position;
    pattern.lastIndex = start;
    if (pattern.test(this.text)) this.position = pattern.lastIndex;
    return this.text.slice(start, this.position);
  }

  private refuse(message: string, offset = this.position): never {
    throw new Unreadable(message, offset);
  }
}

/** What a string says; undefined where it is none. */
function textIn(written: string): string | undefined {
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined;
  }
}
