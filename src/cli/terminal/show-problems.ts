import { type ConfigProblem, formatProblem } from '../../config/explain/problem.ts';
import { textOfFile } from '../../config/file/read-file.ts';
import { paint, type Stream } from './paint.ts';

const MOST_COLUMNS = 100;

/** Every problem with the line where it is, and a caret below the place. */
export function showProblems(problems: readonly ConfigProblem[], stream: Stream = process.stdout): string {
  return problems
    .map((problem) => {
      const { severity } = problem;
      const line = formatProblem(problem).replace(
        `  ${severity}  `,
        `  ${paint(severity === 'error' ? 'red' : 'yellow', severity, stream)}  `,
      );
      const excerpt = excerptOf(problem);
      return excerpt === undefined ? line : `${line}\n${paint('dim', excerpt, stream)}`;
    })
    .join('\n');
}

function excerptOf({ file, line, column = 1 }: ConfigProblem): string | undefined {
  if (file === undefined || line === undefined) return undefined;
  const written = textOfFile(file)?.split(/\r?\n/)[line - 1];
  if (written === undefined || written.trim() === '') return undefined;
  const plain = withoutSecrets(written).replaceAll('\t', ' ');
  // Of a long line, the part around the place.
  const from = column <= MOST_COLUMNS - 20 ? 0 : column - MOST_COLUMNS / 2;
  const shown = plain.slice(from, from + MOST_COLUMNS).trimEnd();
  const margin = String(line).padStart(4);
  return `${margin} | ${shown}\n${' '.repeat(margin.length)} | ${' '.repeat(column - 1 - from)}^`;
}

/**
 * The mistake that is shown may be a secret that was written where a reference belongs, so what follows its key is hidden: the whole
 * rest of the line, since a text without quotes may hold commas.
 */
function withoutSecrets(line: string): string {
  return line.replace(/(["']?\b\w*(?:secret|password|token|key)\b["']?\s*:\s*)(?![{[\s#]).+$/i, '$1***');
}
