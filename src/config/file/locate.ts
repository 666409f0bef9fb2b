import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';
import type { ConfigPath } from '../explain/problem.ts';

/**
 * The line and column of the value at the path, or of its key. Where the path leads nowhere (a missing key), the place of
 * what should have held it: the key above, or else the entry of the list.
 */
export function locateIn(
  document: Document.Parsed,
  lines: LineCounter,
  path: ConfigPath,
  at?: 'key',
): { readonly line: number; readonly column: number } {
  let here: unknown = document.contents;
  let key: unknown = here;
  for (const step of path) {
    const next = stepInto(here, step);
    if (!next) return placeOf(key, lines);
    here = next.value;
    key = next.key;
  }
  return placeOf(at === 'key' || !isNode(here) ? key : here, lines);
}

function stepInto(node: unknown, step: string | number): { key: unknown; value: unknown } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return item === undefined ? undefined : { key: item, value: item };
  }
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
}

function placeOf(node: unknown, lines: LineCounter): { readonly line: number; readonly column: number } {
  const { line, col } = lines.linePos((isNode(node) ? node.range?.[0] : 0) ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
