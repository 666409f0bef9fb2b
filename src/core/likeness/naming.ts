import { remembered } from '../remembered.ts';
import { foldField, foldFieldAnew } from './fold.ts';
import { decodePercent } from './undone.ts';

/** Which fields some reader may take a name for, folded. */
export type Naming = {
  /** The field whose name this is in some spelling: what stands under it is the field's value. */
  readonly field: string | undefined;
  /** Fields that a reader finds in it who sees more than a name: what the value means, nobody knows (`_status`, `!status`, `status@odata.bind`). */
  readonly within: readonly string[];
};

/** What the name of a member may name. */
export const namingOf = remembered((name: string): Naming => {
  if (PLAIN.test(name) && !PLACE.test(name)) return { field: foldField(name), within: NONE };
  // PHP drops blanks and NULs before a name, and C strings end at their first NUL.
  const uncut = decodePercent(name)
    .replace(/^[\s\0]+/, '')
    .trim();
  const text = uncut.replace(/\0.*$/s, '').trim();
  const whole = foldField(name);
  const isField = UNMARKED.test(text);
  const parts = [text, ...(text === uncut ? [] : [uncut, uncut.replaceAll('\0', '')])]
    .flatMap((one) => [...partsOf(one), one.replace(NO_WORD, ' ')])
    .map(foldField);
  const within = isField ? parts.filter((part) => part !== whole) : [whole, ...parts];
  return { field: isField ? whole : undefined, within: setOf(within) };
});

/**
 * The fields that a text may name, as in `{"name": "status", "value": …}`, `{"path": "/status"}` or `{"$rename": {"note": "status"}}`;
 * none where it is longer than names are.
 */
export function namedBy(text: string): readonly string[] {
  if (text === '' || text.length > LONGEST) return NONE;
  const whole = foldFieldAnew(text);
  // A name may have blanks (`Bank Account`), a path has none.
  if (!PATH_MARKS.test(text) || NO_PATH.test(text)) return whole === '' ? NONE : [whole];
  const parts = text.split(PATH_MARKS);
  const isLong = parts.length > 2 * MOST_STEPS;
  const ends = isLong ? [...parts.slice(0, MOST_STEPS), ...parts.slice(-MOST_STEPS)] : parts;
  return setOf([whole, ...ends.map(foldFieldAnew)]);
}

const NONE: readonly string[] = [];
const LONGEST = 200;
/** Of a path that is longer, its ends: each step costs time, and a request may hold thousands of texts. */
const MOST_STEPS = 8;
/** Nearly all names: words with one mark between them. */
const PLAIN = /^[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*$/;
/** A number between two marks, which is the place of a record in Django's formsets and the lists of WTForms: `orders-0-status`. */
const PLACE = /-\d+-/;
/** What stands between the words of a name for lodash, which makes `bankAccount` of `bank$account` and `bank/account`. */
const NO_WORD = /[^\p{L}\p{M}\p{N}]+/gu;
/** Words with nothing between them but blanks, dots (PHP makes `_` of both: `bank.account` is `bank_account`), `_` and `-`. */
const UNMARKED = /^[^ -/:-@[-`{-~]+(?:[ ._-]+[^ -/:-@[-`{-~]+)*$/;

/**
 * The parts of a name as the readers divide it that divide it most: at dots and brackets (PHP, Rails, .NET, Spring), slashes (JSON
 * Patch), `$` (Web Forms), `:` (JSF, Zope), `(` (Rails), `@` (OData) and any other mark, and behind an operator. Of a bracket that nothing closes PHP makes `_`.
 */
function partsOf(name: string): readonly string[] {
  const isOpen = name.lastIndexOf('[') > name.lastIndexOf(']');
  const parts = [...name.split(/[.[\]]+/), ...name.split(MARKS), ...name.split(PLACE)];
  if (OPERATION.test(name)) parts.push(...name.split(/__+/));
  return isOpen ? [...parts, name.replaceAll('[', '_')] : parts;
}

/** What MongoEngine calls the operators of MongoDB in an update: `inc__amount`. https://docs.mongoengine.org/guide/querying.html#atomic-updates */
const OPERATION =
  /^(?:set|unset|set_on_insert|inc|dec|mul|min|max|push|push_all|pull|pull_all|pop|add_to_set|rename)__/i;
/** All of ASCII but `_` and `-`. */
const MARKS = /[!-,./:-@[-^`{-~]+/;
const NO_PATH = /[\s{}<>,;]/;
const PATH_MARKS = /[./[\]$:'"()]+/;

function setOf(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '');
}
