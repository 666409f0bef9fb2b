import { withPlainDigits } from '../likeness/digits.ts';
import { isNumber, type Json } from '../wire/json.ts';

/** Which symbols a code has. */
export type CodeType = 'numeric' | 'alphabetic' | 'alphanumeric';
/** Which symbols a code has, and how many. */
export type CodeFormat = { readonly type: CodeType; readonly length: number };

const DIGITS = '0123456789';
/** Without the look-alikes 0 O 1 I L, so that a code can be read out over the phone. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ';
const ALPHABETS: Readonly<Record<CodeType, string>> = {
  numeric: DIGITS,
  alphabetic: LETTERS,
  alphanumeric: `23456789${LETTERS}`,
};

/** How many different codes the format has. */
export function codeCountOf({ type, length }: CodeFormat): number {
  return ALPHABETS[type].length ** length;
}

/** A new code. `below(n)` gives an unbiased number from 0 to n - 1; it is asked once a symbol. */
export function drawCode(format: CodeFormat, below: (size: number) => number): string {
  const alphabet = ALPHABETS[format.type];
  return Array.from({ length: format.length }, () => alphabet[below(alphabet.length)]).join('');
}

/**
 * The one form in which a code is counted, compared and remembered, or undefined where no code of this format can be meant.
 * Reads what people and clients make of a code: blanks and hyphens, marks that nobody sees and that are copied along from a message, lower
 * case, full-width digits and those of any script, a JSON number whose leading zeros were lost. `1.2e4` and `-5` are none.
 */
export function normaliseCode(value: Json, format: CodeFormat): string | undefined {
  const written = isNumber(value) ? padded(value.lexeme, format) : value;
  if (typeof written !== 'string' || written.length > 200) return undefined;
  const code = withPlainDigits(written.normalize('NFKC'))
    .replace(/[\s\p{Pd}\p{Cf}]/gu, '')
    .toUpperCase();
  if (code.length !== format.length) return undefined;
  const alphabet = ALPHABETS[format.type];
  return [...code].every((symbol) => alphabet.includes(symbol)) ? code : undefined;
}

function padded(lexeme: string, format: CodeFormat): string | undefined {
  return /^\d+$/.test(lexeme) ? lexeme.padStart(format.length, '0') : undefined;
}
