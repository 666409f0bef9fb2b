import { paint } from '../terminal/paint.ts';

/** One thing that was looked at. A `note` is nothing that has to hold. */
export type CheckResult = { readonly kind: 'ok' | 'fault' | 'note'; readonly text: string };

export const ok = (text: string): CheckResult => ({ kind: 'ok', text });
export const fault = (text: string): CheckResult => ({ kind: 'fault', text });
export const note = (text: string): CheckResult => ({ kind: 'note', text });

const COLOURS = { ok: 'green', fault: 'red', note: 'dim' } as const;

/** The finding in one line, whatever is in it. */
export function lineOf({ kind, text }: CheckResult): string {
  return `${paint(COLOURS[kind], kind.padEnd(6))}${text.replace(/[\p{Cc}\s]+/gu, ' ')}`;
}
