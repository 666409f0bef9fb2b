import { paint } from '../terminal/paint.ts';

/** One thing that was looked at. A `note` is nothing that has to hold. */
export type Finding = { readonly kind: 'ok' | 'fault' | 'note'; readonly text: string };

export const ok = (text: string): Finding => ({ kind: 'ok', text });
export const fault = (text: string): Finding => ({ kind: 'fault', text });
export const note = (text: string): Finding => ({ kind: 'note', text });

const COLOURS = { ok: 'green', fault: 'red', note: 'dim' } as const;

/** The finding in one line, whatever is in it. */
export function lineOf({ kind, text }: Finding): string {
  return `${paint(COLOURS[kind], kind.padEnd(6))}${text.replace(/[\p{Cc}\s]+/gu, ' ')}`;
}
