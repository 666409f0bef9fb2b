import { styleText } from 'node:util';

/** A stream that may be a terminal. */
export type Stream = typeof process.stdout | typeof process.stderr;

/** Coloured on a terminal, and plain in a pipe, a file, and wherever `NO_COLOR` is set (https://no-color.org). */
export function paint(
  colour: 'red' | 'yellow' | 'green' | 'dim',
  text: string,
  stream: Stream = process.stdout,
): string {
  return styleText(colour, text, { stream });
}
