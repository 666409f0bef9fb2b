import { apache } from './apache.ts';
import { caddy } from './caddy.ts';
import { envoy } from './envoy.ts';
import type { Front } from './front.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';

/** How each front proxy says what goes where. */
const FORMATS = { nginx, haproxy, caddy, apache, envoy } as const;

/** The front proxies for which a file can be written. */
export type Format = keyof typeof FORMATS;

/** The formats by name. */
export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** The file of a front proxy; its first line says how it was made. */
export function generate(format: Format, front: Front, words: readonly string[]): string {
  return `${firstLine(format, words)}\n${FORMATS[format](front)}`;
}

const MADE_BY = '# Made by "countersign routes';
const FIRST = /^# Made by "countersign routes --format (\w+)((?: --\w+ \S+)*)"; do not change\.$/;

function firstLine(format: Format, words: readonly string[]): string {
  return `${MADE_BY} --format ${[format, ...words].join(' ')}"; do not change.`;
}

/** How the file was made, as its first line says; undefined where it does not. */
export function madeBy(
  file: string,
): { readonly format: Format; readonly words: readonly string[] } | undefined {
  const [, name, options = ''] = FIRST.exec(file.slice(0, file.indexOf('\n'))) ?? [];
  const format = FORMAT_NAMES.find((each) => each === name);
  return format && { format, words: options.split(' ').filter(Boolean) };
}
