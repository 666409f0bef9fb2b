import { runCommand } from './command.ts';
import { type FuzzReport, fuzz, requestOf } from './fuzz/run.ts';

const HELP = `Usage: npm run fuzz -- [options]

Flips, cuts, doubles and splices the bytes of valid requests, and sends them to a gateway in a process of its own.
Fails where that ends, hangs, grows by more than 64 MB, lets a delivery through without a code, or answers no more.

  --requests N      how many requests (100000)
  --seed N          the same seed makes the same requests (1)
  --concurrency N   connections at once (32)
  --deadline MS     how long an answer may take (10000)
  --show N          print the bytes of the request with this number, and send nothing
  --help            this text

Exit codes: 0 all is well, 1 something is wrong, 2 the options cannot be read.
`;

const COMMAND = { help: HELP, options: ['requests', 'seed', 'concurrency', 'deadline', 'show'] };

process.exitCode = await runCommand(
  COMMAND,
  ({ text, count }) => ({
    requests: count('requests', 100_000),
    seed: count('seed', 1),
    concurrency: count('concurrency', 32),
    deadlineMs: count('deadline', 10_000),
    show: text('show') === undefined ? undefined : count('show', 0),
  }),
  async (options) => {
    const { requests, seed, show } = options;
    if (show !== undefined) {
      process.stdout.write(requestOf(seed, show));
      return 0;
    }
    const started = performance.now();
    const step = Math.max(1, Math.floor(requests / 20));
    const report = await fuzz({
      ...options,
      onProgress: (done) => done % step === 0 && process.stderr.write(`${done} of ${requests}\n`),
    });
    process.stdout.write(summaryOf(report, (performance.now() - started) / 1000));
    return report.faults.length === 0 ? 0 : 1;
  },
);

function summaryOf({ faults, statuses, rssBytes }: FuzzReport, seconds: number): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  const answers = [...statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${status || 'closed'}: ${times}`);
  return [
    `answers in ${seconds.toFixed(0)} s: ${answers.join(', ')}`,
    `memory: ${megabytes(rssBytes.early)} after a fifth, ${megabytes(rssBytes.late)} at the end`,
    ...(faults.length === 0 ? ['nothing is wrong'] : faults.slice(0, 50).map((fault) => `FAULT ${fault}`)),
    '',
  ].join('\n');
}
