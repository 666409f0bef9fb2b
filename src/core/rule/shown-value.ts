/**
 * A value as a customer may read it in a message: symbol by symbol, or with `…` where something was taken out or cut. Whoever writes the value
 * could add a second code, a link, or symbols that are not seen as they are stored, so none of them is shown.
 */
export function shownValue(value: string, codeLength: number, mostSymbols = MAX_SYMBOLS): string {
  const read = value.length > MAX_READ ? `${value.slice(0, MAX_READ)}${GAP}` : value;
  const visible = withoutInvisible(read).replace(LINK, GAP).replace(DOT_IN_WORD, GAP);
  const safe = withoutLookalikes(visible, codeLength).replace(GAPS, (run) =>
    /\s$/.test(run) ? `${GAP} ` : GAP,
  );
  const symbols = [...safe.replace(/^\p{Zs}+|\p{Zs}+$/gu, '')];
  const isLong = symbols.length > mostSymbols;
  return isolated(isLong ? `${symbols.slice(0, mostSymbols - 1).join('')}${GAP}` : symbols.join(''));
}

/** A value that the configuration wants shown as it is: without the symbols that nobody sees, and each line by itself, as its direction is found. */
export function verbatimValue(value: string): string {
  const lines = value.normalize('NFC').split(/\r\n?|\n/);
  return lines.map((line) => isolated(withoutMarks(line.replace(HIDDEN, GAP)))).join('\n');
}

const GAP = '…';
const GAPS = /(?:…\s*){2,}/g;
const MAX_SYMBOLS = 60;
/** Enough to fill them; what is longer would keep the expressions busy. */
const MAX_READ = 1000;

const LINK =
  /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S*|\b(?:[a-z0-9-]+\.)+[a-z]{2,}[/:?#]\S*|\b(?:\d{1,3}\.){3}\d{1,3}\S*/gi;
/** Mail programs make a link of `evil.test`, and telephones of `i❤.test` too. */
const DOT_IN_WORD = /(?<=[\p{L}\p{N}\p{M}\p{S}])[.\u3002\uff0e\uff61](?=\p{L})/gu;
/** Controls, marks of direction, what joins or selects, fillers, lines, and more than one blank. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]+|\s{2,}/gu;
/** The same but for tabs and blanks. */
const HIDDEN = /(?:(?!\t)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800])+/gu;

/** The text with `…` for what nobody sees. */
export function withoutInvisible(text: string): string {
  return withoutMarks(
    text.normalize('NFC').replace(INVISIBLE, (run) => (/[\t-\r\p{Z}]/u.test(run) ? `${GAP} ` : GAP)),
  );
}

/**
 * Marks stay with letters of their own script, as in Hindi or Thai, which cannot be written without them. A circle around a digit or a stroke
 * through it makes another one of it.
 */
function withoutMarks(text: string): string {
  if (!/\p{M}/u.test(text)) return text;
  let before = '';
  return [...text]
    .map((symbol) => {
      if (/\p{M}/u.test(symbol)) {
        const belongs = /[\p{L}\p{M}]/u.test(before) && blockOf(before) === blockOf(symbol);
        if (!belongs) return GAP;
      }
      before = symbol;
      return symbol;
    })
    .join('');
}

/** Scripts that have marks of their own stand in 128 code points each. */
function blockOf(symbol: string): number {
  return (symbol.codePointAt(0) ?? 0) >> 7;
}

/** A number in which as many digits as a code has stand together goes whole: what is left of it would be another one. */
function withoutLookalikes(text: string, codeLength: number): string {
  const code = new RegExp(`(?:\\p{N}[\\s\\p{Pd}…]*){${Math.max(1, codeLength - 1)},}\\p{N}`, 'u');
  return text.replace(NUMBER, (number) => (code.test(number) ? GAP : number));
}

const NUMBER = /\p{N}(?:[\s\p{Pd}.,'’_…\u066b\u066c]*\p{N})*/gu;

/** Letters that are written from right to left, and the digits that go with them. */
const RIGHT_TO_LEFT =
  '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefe\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const TURNING = new RegExp(`[${RIGHT_TO_LEFT}]`, 'u');
const TURNING_RUN = new RegExp(`[${RIGHT_TO_LEFT}](?:[\\s\\p{M}]*[${RIGHT_TO_LEFT}])*`, 'gu');
const STRAIGHT = new RegExp(`(?![${RIGHT_TO_LEFT}])[\\p{L}\\p{N}]`, 'u');

/**
 * A value in which the direction turns is kept from turning what stands beside it, and its own numbers stay in the order in which they are
 * stored. https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
 */
export function isolated(text: string): string {
  if (!turns(text)) return text;
  if (!STRAIGHT.test(text)) return `\u2068${text}\u2069`;
  return `\u2066${text.replace(TURNING_RUN, '\u2068$&\u2069')}\u2069`;
}

/** Whether a text has letters that are written from right to left. */
export function turns(text: string): boolean {
  return TURNING.test(text);
}

/** A value that does not turn, in a text that does: its own numbers and marks stay in the order in which they are stored. */
export function straight(value: string): string {
  return value
    .split('\n')
    .map((line) => (line === '' || turns(line) ? line : `\u2066${line}\u2069`))
    .join('\n');
}
