import { linesIn, readLines } from '../../audit/read-lines.ts';
import { type Command, choiceOf, Stop, say, UsageError } from '../command.ts';
import { visibleJson } from '../terminal/visible.ts';
import { decisionIn } from './report-line.ts';
import { createSummary, type Summary } from './report-summary.ts';
import { summaryText } from './report-text.ts';

const FORMATS = {
  text: summaryText,
  json: (summary: Summary) => visibleJson(summary),
};
const FORMAT_NAMES = ['text', 'json'] as const;

/** Says what enforcing would have refused, by the log of a gateway in shadow mode. */
export const report: Command = {
  summary: 'say what enforcing would have refused, from the log',
  help: `Usage: countersign report [--format text|json] [LOG...]

Reads the log of a gateway that runs in shadow mode, or has rules that do, and says what it would have refused if it had not: by each
rule how many requests and why, writes and reads that no module and no passthrough names, and requests that cannot be read. Without
a file, or for the file "-", it reads standard input. Lines that are no decisions are skipped, and so is what stands before a line's first brace.

The log has decisions at level "info" and below. Exits with 4 where there is none.

Options
  --format text|json   text is for people

Example
  countersign report /var/log/countersign.log
  docker logs countersign 2>/dev/null | countersign report --format json`,
  options: { format: { type: 'string' } },
  choices: { format: FORMAT_NAMES },
  async run(words) {
    const written = FORMATS[choiceOf(words, 'format', FORMAT_NAMES) ?? 'text'];
    const files = words.positionals.length > 0 ? words.positionals : ['-'];
    if (files.includes('-') && process.stdin.isTTY)
      throw new UsageError('missing LOG file: name it, or pipe it in');
    const summary = createSummary();
    for (const file of files) await readInto(summary, file);
    const found = summary.found();
    if (found.decisions === 0)
      throw new Stop(4, `there is no decision in ${namesOf(files)}: the log has them at level "info"`);
    say(written(found));
    return 0;
  },
};

const namesOf = (files: readonly string[]) =>
  files.map((file) => (file === '-' ? 'standard input' : file)).join(' ');

async function readInto(summary: ReturnType<typeof createSummary>, file: string): Promise<void> {
  for await (const line of file === '-' ? linesIn(process.stdin) : readLines(file)) {
    const decision = decisionIn(line.toString());
    if (decision) summary.add(decision);
  }
}
