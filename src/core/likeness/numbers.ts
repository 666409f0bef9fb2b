import { withPlainDigits } from './digits.ts';
import { foldSpaced, isUnreadablyLong } from './fold.ts';

/**
 * The number that every reader finds in a text, or undefined where two may differ: groups (`1,000`, `1.000`, `1 000`), signs,
 * currencies, other digits, other bases, more digits than a float holds.
 */
export function plainNumberOf(text: string): number | undefined {
  if (text.length > MOST_SYMBOLS) return undefined;
  const trimmed = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  if (!PLAIN.test(trimmed) || GROUPED.test(trimmed)) return undefined;
  return trimmed.replace(/\D/g, '').length <= SURE_DIGITS ? Number(trimmed) : undefined;
}

/** A number with so many blanks around it is none that anybody writes. */
const MOST_SYMBOLS = 1000;
/** A leading zero is octal to some. */
const PLAIN = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)$/;
/** Three digits behind the only dot are thousands where a comma divides fractions. */
const GROUPED = /\.\d{3}$/;
/** A decimal of so many digits is the same after it was a float. */
const SURE_DIGITS = 15;

/** Whether the text is a number to JavaScript. */
export function isNumeric(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

/**
 * Whether some reader may find this number in the text. Readers stop at the first symbol that they do not know, or leave out
 * what does not belong to the number, and take any mark for the decimal one or for none: so any runs of digits that stand side by side count.
 */
export function mayBeNumber(text: string, wanted: number): boolean {
  const plain = plainNumberOf(text);
  if (plain !== undefined) return mayRound(plain, wanted);
  if (isUnreadablyLong(text)) return true;
  if (/[\p{Nl}\p{No}]/u.test(text)) return true;
  const asWritten = withPlainDigits(text.slice(0, MAX_READ).normalize('NFKD'));
  return [foldSpaced(text), asWritten].some((each) => mayRead(each, wanted));
}

function mayRead(text: string, wanted: number): boolean {
  if (Number(text) === wanted || Number.parseFloat(text) === wanted) return true;
  if (OCTAL.test(text) && Number.parseInt(text, 8) === wanted) return true;
  if (wanted === 0 && !/^[\s+-]*\.?[1-9]/.test(text)) return true;
  const runs = text.match(/\d+/g) ?? [];
  if (runs.length > MAX_RUNS) return true;
  const isScaled = /\d\s*[\p{L}%‰]/u.test(text);
  const mayBeNegative = /[-\p{Pd}\u2212(]/u.test(text);
  return runs.some((_, first) =>
    runs.slice(first).some((_, count) => {
      const joined = runs.slice(first, first + count + 1);
      return joined.some((_, point) => {
        const found = Number(`${joined.slice(0, point).join('')}.${joined.slice(point).join('')}`);
        return isFound(found, wanted) || isFound(Number(joined.join('')), wanted);
      });
    }),
  );

  function isFound(found: number, number: number): boolean {
    if (mayRound(found, number) || (mayBeNegative && mayRound(-found, number))) return true;
    return isScaled && found !== 0 && isPowerOfTen(Math.abs(number) / found);
  }
}

/** Whether a column that has no room for all decimals may store the number as the wanted one, cut off or rounded. */
export function mayRound(number: number, wanted: number): boolean {
  if (number === wanted) return true;
  const [, decimals = ''] = String(wanted).split('.');
  return (
    Math.abs(number - wanted) < 10 ** -decimals.length && !Number.isInteger(number * 10 ** decimals.length)
  );
}

function isPowerOfTen(ratio: number): boolean {
  const exponent = Math.log10(ratio);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

/** What is longer is no number that anybody means. */
const MAX_READ = 200;
const MAX_RUNS = 12;
const OCTAL = /^[+-]?0o?[0-7]+$/i;
