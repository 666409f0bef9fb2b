import { type DestinationStream, levels, pino } from 'pino';

let shared: DestinationStream | undefined;

/**
 * Standard output, in writes of many lines: one write a line costs a gateway more than judging a save does. A line waits for 50 ms
 * at most, a warning or an error not at all. What is killed loses the lines that wait; what exits loses none.
 */
export function standardOutput(): DestinationStream {
  shared ??= createStandardOutput();
  return shared;
}

const WARN = levels.values['warn'] ?? 0;
const WAIT_MS = 50;
const MOST_CHARACTERS = 16 * 1024;

/** Source of the metadata: https://getpino.io/#/docs/api?id=metadata */
function createStandardOutput(): DestinationStream & { lastLevel: number } {
  const file = pino.destination({ dest: 1, sync: true });
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = lines;
    lines = '';
    if (text !== '') file.write(text);
  };
  process.once('exit', flush);
  return {
    lastLevel: 0,
    [Symbol.for('pino.metadata')]: true,
    write(line) {
      lines += line;
      if (this.lastLevel >= WARN || lines.length >= MOST_CHARACTERS) flush();
      else timer ??= setTimeout(flush, WAIT_MS);
    },
  } as DestinationStream & { lastLevel: number };
}
