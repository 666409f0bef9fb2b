import { paint } from '../terminal/paint.ts';
import { visible } from '../terminal/visible.ts';

/** One thing that was looked at. A `note` is nothing that has to hold. */
export type CheckResult = { readonly kind: 'ok' | 'fault' | 'note'; readonly text: string };

/** It holds. */
export const ok = (text: string): CheckResult => ({ kind: 'ok', text });
/** It does not hold, and keeps a gateway from its work. */
export const fault = (text: string): CheckResult => ({ kind: 'fault', text });
/** Something to know, whatever holds. */
export const note = (text: string): CheckResult => ({ kind: 'note', text });

const COLOURS = { ok: 'green', fault: 'red', note: 'dim' } as const;

/** The finding in one line, whatever is in it. */
export function lineOf({ kind, text }: CheckResult): string {
  return `${paint(COLOURS[kind], kind.padEnd(6))}${visible(text.replace(/\s+/g, ' '))}`;
}
