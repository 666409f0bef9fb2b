import type { RuleRow } from '../contract.ts';
import { type AskAnswer, nameOf } from './ask.ts';

/** Codes that a person gave, each with its row. */
export type Codes = ReadonlyMap<string, { readonly row: RuleRow; readonly code: string }>;

/** The codes with those of an answer. Undefined where the answer holds none. */
export function withAnswer(codes: Codes, rows: readonly RuleRow[], answer: AskAnswer): Codes | undefined {
  const given = (row: RuleRow) =>
    typeof answer === 'string'
      ? rows.length === 1
        ? answer
        : undefined
      : (answer?.[nameOf(row)] ?? answer?.[row.rule]);
  const found = rows.flatMap((row) => {
    const code = given(row);
    return code === undefined ? [] : [[nameOf(row), { row, code }] as const];
  });
  return found.length > 0 ? new Map([...codes, ...found]) : undefined;
}

const IN_BROWSER = 'document' in globalThis || 'WorkerGlobalScope' in globalThis;

/**
 * The headers in which the codes go: that of the row where it is one, else the fixed one. In a browser always the fixed one, so that one
 * name is all that CORS has to allow.
 */
export function headersOf(codes: Codes): Readonly<Record<string, string>> {
  const all = [...codes.values()];
  const [only] = all;
  if (only && all.length === 1 && !IN_BROWSER) return { [only.row.header]: only.code.trim() };
  if (all.length === 0) return {};
  return { 'OTPRULES-OTP': all.map(({ row, code }) => `${nameOf(row)}=${code.trim()}`).join(', ') };
}
