import { VtigerError } from './vtiger-errors.ts';
import { textIn } from './vtiger-php.ts';

/** `json_decode`: null for what is no JSON, no UTF-8, half of a pair, or deeper than 512. */
export function decodeNatively(bytes: string): unknown {
  const text = textIn(bytes);
  if (text === undefined || /[[{]{512}/.test(text)) return null;
  try {
    return JSON.parse(text, (_, value) => {
      if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('half of a pair');
      return value as unknown;
    });
  } catch {
    return null;
  }
}

type Token =
  | { readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'end' }
  | { readonly kind: 'datum'; readonly value: unknown };

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  "'": "'",
};

/**
 * The decoder that is written in PHP, as later versions use it: `\u` is undone before anything is parsed, control characters go,
 * commas may trail, and what stands behind the value is not read. https://github.com/zendframework/zf1/blob/master/library/Zend/Json/Decoder.php
 */
export function decodeByHand(bytes: string): unknown {
  const source = unescaped(bytes);
  let offset = 0;
  let token: Token = next();

  function next(): Token {
    while (/[\t\b\f\n\r ]/.test(source[offset] ?? '')) offset += 1;
    const letter = source[offset];
    if (letter === undefined) return { kind: 'end' };
    if (/[{}[\],:]/.test(letter)) {
      offset += 1;
      return { kind: letter as '{' };
    }
    if (letter === '"') return { kind: 'datum', value: text() };
    const word = /^(?:true|false|null)/.exec(source.slice(offset))?.[0];
    const number = /^-?\d*(?:\.\d*)?(?:[eE][-+]?\d+)?/.exec(source.slice(offset))?.[0] ?? '';
    if (word === undefined && !/\d/.test(number)) throw fault();
    if (word === undefined && /^0\d+$/.test(number)) throw fault();
    offset += (word ?? number).length;
    return { kind: 'datum', value: word === undefined ? Number(number) : JSON.parse(word) };
  }

  function text(): string {
    let found = '';
    for (offset += 1; offset < source.length; offset += 1) {
      const letter = source[offset] ?? '';
      if (letter === '"') break;
      if (letter !== '\\') found += letter;
      else {
        offset += 1;
        const meant = ESCAPES[source[offset] ?? ''];
        if (meant === undefined) throw fault();
        found += meant;
      }
    }
    offset += 1;
    return textIn(found) ?? Buffer.from(found, 'latin1').toString().replaceAll('\ufffd', '?');
  }

  function value(): unknown {
    const { kind } = token;
    if (kind === '{' || kind === '[') return kind === '{' ? object() : list();
    if (token.kind !== 'datum') return null;
    const found = token.value;
    token = next();
    return found;
  }

  function object(): unknown {
    const members = new Map<string, unknown>();
    token = next();
    while (token.kind !== 'end' && token.kind !== '}') {
      if (token.kind !== 'datum' || typeof token.value !== 'string') throw fault();
      const name = token.value;
      token = next();
      if (token.kind !== ':') throw fault();
      token = next();
      members.set(name, value());
      if (!separates('}')) break;
    }
    token = next();
    return Object.fromEntries(members);
  }

  function list(): unknown {
    const found: unknown[] = [];
    token = next();
    while (token.kind !== 'end' && token.kind !== ']') {
      found.push(value());
      if (!separates(']')) break;
    }
    token = next();
    return found;
  }

  /** Steps over a comma; false at the end, which a list does not need. */
  function separates(end: '}' | ']'): boolean {
    if (token.kind === end || (token.kind === 'end' && end === ']')) return false;
    if (token.kind !== ',') throw fault();
    token = next();
    return true;
  }

  return value();
}

function fault(): VtigerError {
  return new VtigerError('INTERNAL_SERVER_ERROR', 'Unknown Error while processing request');
}

/** `decodeUnicodeString`: `\u` undone a unit at a time, halves of pairs to `?`, control characters and stray bytes dropped. */
function unescaped(bytes: string): string {
  const part =
    /\\u([0-9a-f]{4})|[\x20-\x7f]|[\xc0-\xdf].?|[\xe0-\xef].{0,2}|[\xf0-\xf7].{0,3}|[\xf8-\xfb].{0,4}|[\xfc-\xfd].{0,5}/gis;
  return [...bytes.matchAll(part)]
    .map(([whole, hex]) => {
      if (hex === undefined) return whole;
      const letter = String.fromCharCode(Number.parseInt(hex, 16));
      return letter.isWellFormed() ? Buffer.from(letter).toString('latin1') : '?';
    })
    .join('');
}
