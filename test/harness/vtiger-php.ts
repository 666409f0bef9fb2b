/*
 * How PHP 8 and MySQL read what a stand-in for Vtiger is sent. Texts are bytes here, one a character, until a value is used.
 */

export type PhpValue = string | readonly string[];
export type PhpArray = Map<string, PhpValue>;

/** `max_input_vars`. */
const MAX_VARIABLES = 1000;

/** What `$_GET` and `$_POST` are made of: `a=1&b=2`, the last of two equal names wins. */
export function readPairs(text: string): PhpArray {
  const array: PhpArray = new Map();
  const pairs = text.split('&').filter((pair) => pair !== '');
  for (const pair of pairs.slice(0, MAX_VARIABLES)) {
    const mark = pair.indexOf('=');
    register(
      array,
      urlDecode(mark < 0 ? pair : pair.slice(0, mark)),
      mark < 0 ? '' : urlDecode(pair.slice(mark + 1)),
    );
  }
  return array;
}

/** `$_COOKIE`: the first of two equal names wins. */
export function readCookies(header: string): PhpArray {
  const array: PhpArray = new Map();
  for (const pair of header.split(';')) {
    const [name = '', ...value] = pair.split('=');
    if (!array.has(name.trim())) register(array, name.trimStart(), urlDecode(value.join('=')));
  }
  return array;
}

/** `php_register_variable_ex`: leading blanks go, NUL ends the name, `.` and blank become `_`, `[…]` makes a list. */
function register(array: PhpArray, rawName: string, value: string): void {
  const name = (rawName.split('\0')[0] ?? '').replace(/^ +/, '');
  if (name === '') return;
  const list = /^([^[]+)\[[^\]]*\]/.exec(name);
  if (list) {
    const plain = (list[1] ?? '').replace(/[ .]/g, '_');
    const there = array.get(plain);
    array.set(plain, [...(Array.isArray(there) ? there : []), value]);
  } else {
    array.set(name.replace(/[ .[]/g, '_'), value);
  }
}

function urlDecode(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** `$_POST`: forms and multipart only, by a `Content-Type` that is read up to the first `;`, `,` or blank. */
export function readPost(contentType: string, body: Buffer): PhpArray {
  const essence = (/^[^;, ]*/.exec(contentType)?.[0] ?? '').toLowerCase();
  const text = body.toString('latin1');
  if (essence === 'application/x-www-form-urlencoded') return readPairs(text);
  return essence === 'multipart/form-data' ? readParts(contentType, text) : new Map();
}

/** `rfc1867.c`: the first "boundary" counts, wherever it stands; line ends may be bare, the last boundary may be missing. */
function readParts(contentType: string, text: string): PhpArray {
  const array: PhpArray = new Map();
  const boundary = /boundary\s*=\s*(?:"([^"]*)"|([^,;]*))/i.exec(contentType);
  const mark = (boundary?.[1] ?? boundary?.[2] ?? '').trim();
  const parts = text.split(
    new RegExp(`(?:^|\\r?\\n)--${mark.replace(/[^\w]/g, '\\$&')}(?:--)?[^\\n]*(?:\\n|$)`),
  );
  for (const part of parts.slice(1)) {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/);
    const name = /[; ]name=(?:"([^"]*)"|'([^']*)'|([^;\s]*))/i.exec(head);
    if (!name || /[; ]filename=/i.test(head)) continue;
    register(array, name[1] ?? name[2] ?? name[3] ?? '', rest.join('\r\n\r\n'));
  }
  return array;
}

/** Bytes as UTF-8, or undefined where they are none. */
export function textIn(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** `html_entity_decode`, the part that 8.0.0 was seen to do. */
export function decodeEntities(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(lt|gt|quot|amp));/gi, (whole, decimal, hex, name) =>
    name ? (named[name] ?? whole) : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );
}

/** Equality in `utf8_general_ci`: one code point a letter, without case and marks; trailing blanks do not count. */
export function mysqlEquals(one: string, other: string): boolean {
  return weightsOf(one) === weightsOf(other);
}

function weightsOf(text: string): string {
  const letters = [...text.replace(/ +$/, '')].map((letter) => {
    const [base = '', ...marks] = letter.normalize('NFD');
    const plain = marks.every((mark) => /\p{M}/u.test(mark)) ? base : letter;
    return ({ ſ: 's', ı: 'i' }[plain] ?? plain).toUpperCase();
  });
  return letters.join('');
}

/** What a column of numbers makes of a text. */
export function mysqlNumber(text: string): number {
  return Number(/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/i.exec(text)?.[0] ?? 0);
}
