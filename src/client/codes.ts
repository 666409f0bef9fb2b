import type { RuleRow } from '../contract.ts';
import { type AskAnswer, nameOf } from './ask.ts';

/** Codes that a person gave, each with its row. */
export type Codes = ReadonlyMap<string, { readonly row: RuleRow; readonly code: string }>;

/** No code. */
export const NONE: Codes = new Map();

/** The codes with those of an answer. Undefined where the answer holds none. */
export function withAnswer(
  codes: Codes,
  rows: readonly RuleRow[],
  answer: Exclude<AskAnswer, 'wait'>,
): Codes | undefined {
  const given = (row: RuleRow) =>
    typeof answer === 'string'
      ? rows.length === 1
        ? answer
        : undefined
      : (answer?.[nameOf(row)] ?? answer?.[row.rule]);
  const found = rows.flatMap((row) => {
    const code = given(row);
    return code === undefined ? [] : [[nameOf(row), { row, code: plain(code) }] as const];
  });
  return found.length > 0 ? new Map([...codes, ...found]) : undefined;
}

/** The codes but for those of some rows. */
export function without(codes: Codes, rows: readonly RuleRow[]): Codes {
  const names = rows.map(nameOf);
  return new Map([...codes].filter(([name]) => !names.includes(name)));
}

/** A code as a header can hold it: digits of every script are digits, and the marks between them go. */
function plain(code: string): string {
  return code
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, asciiOf)
    .replace(/[^a-z\d]/gi, '');
}

/** Digits of a script follow one another, beginning with its zero. */
function asciiOf(digit: string): string {
  const at = digit.codePointAt(0) ?? 0;
  let zero = at;
  while (at - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(at - zero);
}

const IN_BROWSER = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;

/**
 * The headers in which the codes go: that of the row where it is one, else the fixed one. In a browser always the fixed one, so that one
 * name is all that CORS has to allow.
 */
export function headersOf(codes: Codes): Readonly<Record<string, string>> {
  const all = [...codes.values()];
  const [only] = all;
  if (only && all.length === 1 && !IN_BROWSER) return { [only.row.header]: only.code };
  if (all.length === 0) return {};
  return { 'OTPRULES-OTP': all.map(({ row, code }) => `${nameOf(row)}=${code}`).join(', ') };
}
