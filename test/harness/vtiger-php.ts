/*
 * How PHP 8 reads what a stand-in for Vtiger is sent. Texts are bytes here, one a character, until a value is used.
 */

/** A parameter: a text, or a list by `name[]`. */
export type PhpValue = string | readonly string[];
/** `$_GET` and its kind. */
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

/** `$_POST`, and the names in `$_FILES`. */
export type PhpForm = { readonly fields: PhpArray; readonly files: readonly string[] };

/** Forms and multipart only, by a `Content-Type` that is read up to the first `;`, `,` or blank. */
export function readForm(contentType: string, body: Buffer): PhpForm {
  const essence = (/^[^;, ]*/.exec(contentType)?.[0] ?? '').toLowerCase();
  const text = body.toString('latin1');
  if (essence === 'multipart/form-data') return readParts(contentType, text);
  return {
    fields: essence === 'application/x-www-form-urlencoded' ? readPairs(text) : new Map(),
    files: [],
  };
}

/** `rfc1867.c`: the first "boundary" counts, wherever it stands; line ends may be bare, the last boundary may be missing. */
function readParts(contentType: string, text: string): PhpForm {
  const fields: PhpArray = new Map();
  const files: string[] = [];
  const boundary = /boundary\s*=\s*(?:"([^"]*)"|([^,;]*))/i.exec(contentType);
  const mark = (boundary?.[1] ?? boundary?.[2] ?? '').trim();
  const parts = text.split(
    new RegExp(`(?:^|\\r?\\n)--${mark.replace(/[^\w]/g, '\\$&')}(?:--)?[^\\n]*(?:\\n|$)`),
  );
  for (const part of parts.slice(1)) {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/);
    const name = /[; ]name=(?:"([^"]*)"|'([^']*)'|([^;\s]*))/i.exec(head);
    if (!name) continue;
    const plain = name[1] ?? name[2] ?? name[3] ?? '';
    if (/[; ]filename=/i.test(head)) files.push(plain);
    else register(fields, plain, rest.join('\r\n\r\n'));
  }
  return { fields, files };
}

/** Bytes as UTF-8, or undefined where they are none. */
export function textIn(bytes: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** `json_encode`: slashes and what is not ASCII in escapes. */
export function phpJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
