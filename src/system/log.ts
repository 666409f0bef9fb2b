import { type DestinationStream, type LevelWithSilent, type Logger, type LoggerOptions, pino } from 'pino';
import type { Log } from '../ports.ts';

/** What is logged, and where. */
export type LogOptions = {
  readonly level: LevelWithSilent;
  /** Where the lines go, one by one; standard output where it is left out. */
  readonly destination?: DestinationStream;
  /** How a line on standard output is shown; as it is where it is left out. */
  readonly format?: ((line: string) => string) | undefined;
};

const MAX_MESSAGE = 300;
const WAIT_MS = 50;
const MOST_WAITING = 200;

/**
 * A log of JSON lines. Errors appear with their name, code and the beginning of their message only: what a client library hangs on
 * an error (requests, answers, commands) may hold an address or a code.
 */
export function createLog({ level, destination, format }: LogOptions): Log {
  return destination ? createLines(level, Date.now, destination) : createStandardLog(level, format);
}

type LogEntry = {
  readonly level: keyof Log;
  readonly details: object;
  readonly message: string;
  readonly atMs: number;
};

/**
 * Lines for standard output, written many at once: to make and write each by itself costs a gateway a quarter of what a save does, most
 * of it for code that the processor has forgotten meanwhile (`docs/performance.md`). A line waits for 50 ms at most, and a warning or an error takes
 * all before it along. What is killed loses the lines that wait; what exits loses none.
 */
function createStandardLog(level: LevelWithSilent, format = (line: string) => line): Log {
  const file = pino.destination({ dest: 1, sync: true });
  let atMs = 0;
  let text = '';
  const lines = createLines(level, () => atMs, {
    write(line) {
      text += format(line);
    },
  });
  let waiting: LogEntry[] = [];
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    process.off('exit', flush);
    const entries = waiting;
    waiting = [];
    for (const entry of entries) {
      atMs = entry.atMs;
      lines[entry.level](entry.details, entry.message);
    }
    if (text !== '') file.write(text);
    text = '';
  }

  const at = (level: keyof Log, mayWait: boolean) => (details: object, message: string) => {
    if (!lines.isLevelEnabled(level)) return;
    waiting.push({ level, details, message, atMs: Date.now() });
    if (!mayWait || waiting.length >= MOST_WAITING) flush();
    else if (!timer) {
      timer = setTimeout(flush, WAIT_MS);
      process.once('exit', flush);
    }
  };
  return {
    debug: at('debug', true),
    info: at('info', true),
    warn: at('warn', false),
    error: at('error', false),
  };
}

/** Lines that are made and written at once. */
function createLines(
  level: LevelWithSilent,
  now: () => number,
  destination: DestinationStream,
): Log & Pick<Logger, 'isLevelEnabled'> {
  const options: LoggerOptions = {
    level,
    base: null,
    // pino's own would add the type and the stack.
    serializers: { err: withoutBaggage },
    timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  const lines = pino(options, destination);
  const at = (level: keyof Log) => (details: object, message: string) =>
    lines[level](withoutErrors(details), message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isLevelEnabled: (level) => lines.isLevelEnabled(level),
  };
}

/** The details with what may be told of each error among them. Nearly always there is none: pino's formatter would copy them each time. */
function withoutErrors(details: object): object {
  if (details instanceof Error || !holdsError(details as Record<string, unknown>)) return details;
  return Object.fromEntries(Object.entries(details).map(([name, value]) => [name, withoutBaggage(value)]));
}

function holdsError(details: Readonly<Record<string, unknown>>): boolean {
  for (const name in details) if (details[name] instanceof Error) return true;
  return false;
}

function withoutBaggage(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message } = value;
  const code = 'code' in value && ['string', 'number'].includes(typeof value.code) ? value.code : undefined;
  return { name, code, message: message.slice(0, MAX_MESSAGE) };
}
