import { remembered, rememberedFew } from '../remembered.ts';
import { withPlainDigits } from './digits.ts';
import { undone } from './undone.ts';

/**
 * What a CRM's database or framework may take two texts for: the same.
 *
 * The folding is coarser than any single collation on purpose. It unites what MySQL's `general_ci`, `unicode_ci` and
 * `uca1400_ai`, an ENUM column, `trim()` and `html_entity_decode()` unite, since we cannot know which of them is behind us.
 * Blanks go altogether: some readers drop an unusual one that others take for a plain one.
 */
export function fold(text: string): string {
  return foldSpaced(text).replaceAll(' ', '');
}

/** What is left of a folded text for readers that go by letters and digits alone; the text itself where that is too short to say anything. */
export function bareOf(folded: string): string {
  if (ONLY_LETTERS.test(folded)) return folded;
  const bare = folded.replace(/[^\p{L}\p{N}]+/gu, '').replace(/ss+/g, 's');
  return bare.length >= MIN_BARE && /\p{L}/u.test(bare) ? bare : folded;
}

const ONLY_LETTERS = /^[a-z0-9]*$/;
/** `A+` and `A-` are two ratings. */
const MIN_BARE = 4;

/** The same with one blank where there were some. */
export function foldSpaced(text: string): string {
  if (isPlain(text)) return withoutDoubleS(text.toLowerCase());
  return isUnreadablyLong(text) ? text.slice(0, MAX_READ + 1) : foldLately(text);
}

/**
 * Whether a text is too long to be looked at: no name and no state is, and what it says may be anything. Such a one stays so when it
 * is folded, since a text could else hide its end behind what is cut off.
 */
export function isUnreadablyLong(text: string): boolean {
  return text.length > MAX_READ;
}

/** A few values are held against one rule after the other, and asked whether they are numbers, and truths. */
const foldLately = rememberedFew((text: string) => foldWords(text));

/** Nearly all texts: words of plain letters with one blank between them. There is nothing in them to take out or to cut. */
export function isPlain(text: string): boolean {
  return text.length <= MAX_PLAIN && PLAIN_WORDS.test(text);
}

const MAX_PLAIN = 1000;
const PLAIN_WORDS = /^(?:[A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)*)?$/;

/** What does not print goes first: normalising a run of marks takes the square of its length. */
function foldWords(text: string): string {
  if (PRINTED.test(text)) return text.toLowerCase().replace(/ss+/g, 's').replace(BLANKS, ' ').trim();
  return undone(text)
    .replace(INVISIBLE, '')
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(/\P{ASCII}/gu, (letter) => LETTERS.get(letter) ?? letter)
    .replace(/\p{N}+/gu, withPlainDigits)
    .replace(NEGATIVE, (letter) => String.fromCodePoint(97 + (((letter.codePointAt(0) ?? 0) - 0x1f150) % 32)))
    .replace(/ss+/g, 's')
    .replace(BLANKS, ' ')
    .trim();
}

/**
 * A field's name as lenient readers know it: PHP turns `.` and blanks into `_` and takes `name[…]` for a list under
 * `name`; .NET, Go and SQL ignore case.
 */
export const foldName = remembered(foldNameAnew);

function foldNameAnew(name: string): string {
  if (PLAIN_NAME.test(name)) return withoutDoubleS(name.toLowerCase());
  const upToList = name.replace(/^[\s\0]+/, '').replace(/[[\0].*$/s, '');
  return foldWords(upToList || name).replace(/[ .]/g, '_');
}

/**
 * A field's name as frameworks know it that write names in their own way (grpc-gateway, Jackson, pydantic, djangorestframework-camel-case):
 * `bank_account`, `bankAccount`, `bank-account` and `Bank Account` are one.
 */
export const foldField = remembered(foldFieldAnew);

/** The same for a text that may be a name: most are none, and would drive the names out of what is remembered. */
export function foldFieldAnew(name: string): string {
  const folded = PRINTED_NAME.test(name) ? name.toLowerCase() : foldNameAnew(name);
  return withoutDoubleS(MARKED.test(folded) ? folded.replace(MARKS, '') : folded);
}

/** The same with the marks that stand before a name: `_id` is not `id`, and `orderId` is `order_id`. */
export function foldMarked(name: string): string {
  const [marks = ''] = /^[^\p{L}\p{N}]*/u.exec(name) ?? [];
  return marks + foldField(name);
}

/** Names of printable ASCII without a symbol that begins an encoding or a list: folding lowers their case and drops their marks, and does nothing else. */
const PRINTED_NAME = /^[!-$'-;=-Z\]-~][ -$'-;=-Z\]-~]*$/;
const MARKED = /[ ._-]/;
const MARKS = /[ ._-]+/g;

/** It looks first: to look for two costs less than to replace what is not there. */
function withoutDoubleS(text: string): string {
  return text.includes('ss') ? text.replace(/ss+/g, 's') : text;
}

/**
 * What a column that is too short for the whole text may keep of it, folded: all before a run of what does not print, the end of a C
 * string, or, in MySQL's `utf8`, a character of more than three bytes. Undefined where it may be anything.
 */
export function headsOf(text: string): readonly string[] | undefined {
  if (isPlain(text)) return [];
  if (isUnreadablyLong(text)) return undefined;
  const plain = undone(text);
  const heads: string[] = [];
  let head = '';
  let start = 0;
  let cuts = 0;
  for (const { index } of plain.matchAll(CUT)) {
    if (++cuts > MAX_CUTS) return undefined;
    if (index > start) head += fold(plain.slice(start, index));
    if (head.length > MAX_HEAD) return heads;
    heads.push(head);
    start = index;
  }
  return heads;
}

/** Marks, format characters, controls, private use, unassigned, tags, variation selectors, fillers: nothing that prints. */
const INVISIBLE =
  /[\p{M}\p{Cf}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u0640\u07fa\u0824\u0828\u180a\u1cd3\u1cf2\u1cf3\ufe73\u00b7]|(?![\t\n\v\f\r])\p{Cc}/gu;
/** What prints of ASCII, without what begins an encoding: addresses, telephone numbers and dates, of which nothing else is folded. */
const PRINTED = /^[ -$'-;=-[\]-~]*$/;
const BLANKS = /[\s\u2800]+/gu;
/** What is longer than this is no name and no state, and each letter of it costs time. */
const MAX_READ = 16_384;
/** Names that need no more than that; nearly all do not, and a request may hold thousands. */
const PLAIN_NAME = /^[A-Za-z0-9_-]*$/;
/** What can be cut in more places is no honest value: it may be anything. */
const MAX_CUTS = 1000;
/** No state is longer than this. */
const MAX_HEAD = 1000;
const CUT = /[\s\p{C}\p{M}\u2800\u115f\u1160\u3164\uffa0]{2,}|\0|[\u{10000}-\u{10ffff}]/gu;

/** Letters without a decomposition that collations give the weight of plain ones. `ß` is one `s` to some and two to others. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  'ıi ſs ßs øo łl đd ðd ħh æae œoe ƾts ʦts ᵹg ᵺth ꝛr ꝺd ꝼf ꞃr ꞅs ꞇt ꞛa ꞝo ꞟu ꞡg ꞣk ꞥn ꞧr ꞩs ꟁa ꟃw ꟙs 🆥d 🆊p'
    .split(' ')
    .map(([letter = '', ...plain]) => [letter, plain.join('')]),
);
/** White letters on black, in circles and in squares. */
const NEGATIVE = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu;
