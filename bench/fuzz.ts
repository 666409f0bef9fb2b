import { parseArgs } from 'node:util';
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

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  const { help, show, requests, seed } = options;
  if (help) process.stdout.write(HELP);
  if (!help && show !== undefined) process.stdout.write(requestOf(seed, show));
  if (help || show !== undefined) return 0;
  const started = performance.now();
  const step = Math.max(1, Math.floor(requests / 20));
  const report = await fuzz({
    ...options,
    onProgress: (done) => done % step === 0 && process.stderr.write(`${done} of ${requests}\n`),
  });
  process.stdout.write(summaryOf(report, (performance.now() - started) / 1000));
  return report.faults.length === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        requests: text,
        seed: text,
        concurrency: text,
        deadline: text,
        show: text,
        help: { type: 'boolean' },
      },
    });
    return {
      help: values.help === true,
      requests: count(values.requests, 100_000),
      seed: count(values.seed, 1),
      concurrency: count(values.concurrency, 32),
      deadlineMs: count(values.deadline, 10_000),
      show: values.show === undefined ? undefined : count(values.show, 0),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`"${text}" is no whole number`);
  return Number(text);
}

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
