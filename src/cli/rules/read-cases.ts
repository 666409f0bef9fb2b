import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { Origin } from '../../config/explain/problem.ts';
import { locateIn } from '../../config/file/locate.ts';
import { UnusableTest } from '../command.ts';

/** What a file of cases says, and where. It is YAML as people write tests in it: with anchors, unlike a configuration. */
export function readCases(file: string): { readonly value: unknown; readonly origin: Origin } {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    throw new UnusableTest(
      document.errors.map(({ message, pos }) => {
        const { line, col: column } = lines.linePos(pos[0]);
        return { severity: 'error', file, line, column, path: '', message: `cannot be read: ${message}` };
      }),
    );
  const origin: Origin = { file, locate: (path, at) => locateIn(document, lines, path, at) };
  return { value: document.toJS(), origin };
}
