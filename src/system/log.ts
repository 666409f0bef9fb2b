import { type DestinationStream, type LevelWithSilent, type LoggerOptions, pino } from 'pino';
import type { Log } from '../ports.ts';

export type LogOptions = {
  readonly level: LevelWithSilent;
  /** Where the lines go; standard output where it is left out. */
  readonly destination?: DestinationStream;
};

const MAX_MESSAGE = 300;

/**
 * A log of JSON lines. Errors appear with their name, code and the beginning of their message only: what a client library hangs on
 * an error (requests, answers, commands) may hold an address or a code.
 */
export function createLog({ level, destination }: LogOptions): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    // pino's own would add the type and the stack.
    serializers: { err: withoutBaggage },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (details) =>
        Object.fromEntries(Object.entries(details).map(([name, value]) => [name, withoutBaggage(value)])),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function withoutBaggage(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message } = value;
  const code = 'code' in value && ['string', 'number'].includes(typeof value.code) ? value.code : undefined;
  return { name, code, message: message.slice(0, MAX_MESSAGE) };
}
