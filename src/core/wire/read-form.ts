import type { FormEntry } from './body.ts';
import { Names } from './names.ts';

/** The entries of a form, or what is wrong with it. */
export type FormReading =
  | { readonly ok: true; readonly entries: readonly FormEntry[] }
  | { readonly ok: false; readonly message: string };

/** PHP drops what comes after so many names (`max_input_vars`), without a word; such a form is refused instead. */
const MAX_ENTRIES = 1000;
/** No honest name is longer, and a long one costs every comparison. */
const MAX_NAME_BYTES = 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

/**
 * Reads `application/x-www-form-urlencoded` bytes as the URL standard does: `&` parts, the first `=` splits, `+` is a blank, a
 * percent sign without two digits is itself. Each entry keeps its text where all readers agree on it, and is encoded
 * anew where they do not (`;`, raw bytes, half encodings). https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function readForm(bytes: Uint8Array): FormReading {
  const pairs = pairsOf(bytes);
  if (pairs.length > MAX_ENTRIES)
    return { ok: false, message: `the form has more than ${MAX_ENTRIES} fields` };
  if (pairs.some((pair) => nameOf(pair).length > MAX_NAME_BYTES))
    return { ok: false, message: `a field has a name of more than ${MAX_NAME_BYTES} bytes` };
  const entries = pairs.map(entryOf);
  const names = new Names();
  for (const { name } of entries) {
    const message = names.faultOf(name);
    if (message) return { ok: false, message };
  }
  return { ok: true, entries };
}

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const PERCENT = 0x25;

function nameOf(pair: Uint8Array): Uint8Array {
  const mark = pair.indexOf(EQUALS);
  return mark < 0 ? pair : pair.subarray(0, mark);
}

function entryOf(pair: Uint8Array): FormEntry {
  const rawName = nameOf(pair);
  const rawValue = pair.subarray(rawName.length + 1);
  const name = decodedText(decode(rawName));
  const value = decodedText(decode(rawValue));
  const text = `${canonical(rawName)}${rawName.length === pair.length ? '' : `=${canonical(rawValue)}`}`;
  return { name: name.text, value: value.text, isUtf8: name.isUtf8 && value.isUtf8, text };
}

/** Bytes as text: UTF-8, or Latin-1 where they are none (`J%FCrgen`). */
export function decodedText(bytes: Uint8Array): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: utf8.decode(bytes), isUtf8: true };
  } catch {
    return { text: latin1.decode(bytes), isUtf8: false };
  }
}

function decode(raw: Uint8Array): Uint8Array {
  if (!raw.includes(PERCENT) && !raw.includes(PLUS)) return raw;
  const bytes = new Uint8Array(raw.length);
  let length = 0;
  for (let index = 0; index < raw.length; index++) {
    const byte = raw[index] ?? 0;
    const encoded = byte === PERCENT ? hexAt(raw, index + 1) : undefined;
    if (encoded !== undefined) index += 2;
    bytes[length++] = encoded ?? (byte === PLUS ? 0x20 : byte);
  }
  return bytes.subarray(0, length);
}

const DIGITS: ReadonlyMap<number | undefined, number> = new Map(
  [...'0123456789abcdefABCDEF'].map((digit) => [digit.charCodeAt(0), Number.parseInt(digit, 16)]),
);

function hexAt(raw: Uint8Array, index: number): number | undefined {
  const [high, low] = [DIGITS.get(raw[index]), DIGITS.get(raw[index + 1])];
  return high === undefined || low === undefined ? undefined : high * 16 + low;
}

/** What some reader takes for something else: all but letters, digits, some marks, `+`, and whole encodings. */
const ODD = /[^A-Za-z0-9*\-._~+!$'(),:@/?[\]%]|%(?![0-9A-Fa-f]{2})/;

function canonical(raw: Uint8Array): string {
  const text = latin1.decode(raw);
  if (!ODD.test(text)) return text;
  let encoded = '';
  for (const byte of decode(raw)) encoded += ENCODED[byte];
  return encoded;
}

/** Each byte as browsers write it in a form. */
const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return /[A-Za-z0-9*\-._]/.test(character)
    ? character
    : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
});

/** What stands between the `&`, but for nothing; no further than to the first that is too many. */
function pairsOf(bytes: Uint8Array): Uint8Array[] {
  const pairs: Uint8Array[] = [];
  for (let start = 0; start < bytes.length && pairs.length <= MAX_ENTRIES; ) {
    const mark = bytes.indexOf(AMPERSAND, start);
    const end = mark < 0 ? bytes.length : mark;
    if (end > start) pairs.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return pairs;
}
