/**
 * A text without the encodings that some reader undoes before it stores it: character references, percent-encoding (values that
 * were encoded twice), escapes (JSON that was read twice), tags, backslashes. One may stand within another (`&amp;#68;`, `\u0026#68;`).
 */
export function undone(text: string): string {
  let found = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = withoutMarkup(decodeEscapes(decodePercent(decodeEntities(found))));
    if (next === found) break;
    found = next;
  }
  return found;
}

/** Undone as often as a chain of readers might. */
const MOST_ROUNDS = 3;
const ENCODED = /%(?:u[0-9a-fA-F]{2})?[0-9a-fA-F]{2}/;

/**
 * Percent-encoding that is left after a form was read; what is no UTF-8 is read as Latin-1. `%u0044` is that of JavaScript's `unescape` and
 * of IIS.
 */
export function decodePercent(text: string): string {
  let decoded = text;
  for (let round = 0; round < MOST_ROUNDS && ENCODED.test(decoded); round++) {
    decoded = decoded.replace(/%u([0-9a-fA-F]{4})/g, (_, hex) => symbolOf(hex));
    decoded = decoded.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      }
    });
  }
  return decoded;
}

/**
 * `\u0044` as JSON and JavaScript have it, in a text that is read once more; `\x44` of JSON5, `\U00000044` of YAML and Python, and `\104` of PHP's
 * `stripcslashes`.
 */
function decodeEscapes(text: string): string {
  if (!text.includes('\\')) return text;
  return text
    .replace(ESCAPE, (_, four, any, two, eight) => symbolOf(four ?? any ?? two ?? eight))
    .replace(/\\([0-3]?[0-7]{1,2})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
}

const ESCAPE = /\\(?:u(?:([0-9a-fA-F]{4})|\{0*([0-9a-fA-F]{1,6})\})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8}))/g;

/** A half of a pair stays one until the other half is beside it. */
function symbolOf(hex: string): string {
  const point = Number.parseInt(hex, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  Tab: '\t',
  NewLine: '\n',
  shy: '',
  szlig: 'ss',
  aelig: 'ae',
  AElig: 'ae',
  oelig: 'oe',
  OElig: 'oe',
  filig: 'fi',
  fllig: 'fl',
  fflig: 'ff',
  imath: 'i',
  ensp: ' ',
  emsp: ' ',
  thinsp: ' ',
  zwj: '',
  zwnj: '',
  lrm: '',
  rlm: '',
  ZeroWidthSpace: '',
  NoBreak: '',
};
const REFERENCE = new RegExp(
  '&(?:#0*(\\d{1,7})|#[xX]0*([0-9a-fA-F]{1,6})' +
    '|([A-Za-z])(?:acute|grave|circ|uml|tilde|ring|cedil|slash|caron|macr|breve|dot|ogon|strok|scr|fr|opf)' +
    `|(${Object.keys(NAMED).join('|')}));?`,
  'g',
);

/** Tags and backslashes, which `strip_tags`, HTML purifiers and `stripslashes` take out before a value is stored. */
function withoutMarkup(text: string): string {
  return /[<\\]/.test(text) ? text.replace(/<[^\s<>][^>]*(?:>|$)/g, '').replaceAll('\\', '') : text;
}

/**
 * Character references, which Vtiger's `revise` decodes before it stores (`Clo&#115;ed` becomes `Closed`). Of a letter with a
 * mark or in another script (`&eacute;`, `&Dscr;`) the letter is left. https://html.spec.whatwg.org/#named-character-references
 */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (whole, decimal, hex, letter, name) => {
    if (letter !== undefined) return letter;
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = decimal !== undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
    return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : '';
  });
}
