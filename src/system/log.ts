import { type DestinationStream, type LevelWithSilent, type LoggerOptions, pino } from 'pino';
import type { Log } from '../ports.ts';
import { standardOutput } from './standard-output.ts';

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
export function createLog({ level, destination = standardOutput() }: LogOptions): Log {
  const options: LoggerOptions = {
    level,
    base: null,
    // pino's own would add the type and the stack.
    serializers: { err: withoutBaggage },
    timestamp: () => `,"time":"${timeNow()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (details) =>
        Object.values(details).some((value) => value instanceof Error)
          ? Object.fromEntries(Object.entries(details).map(([name, value]) => [name, withoutBaggage(value)]))
          : details,
    },
  };
  return pino(options, destination);
}

let lastMs = 0;
let lastTime = '';

/** Most lines come in the same millisecond as the one before. */
function timeNow(): string {
  const ms = Date.now();
  if (ms !== lastMs) {
    lastMs = ms;
    lastTime = new Date(ms).toISOString();
  }
  return lastTime;
}

function withoutBaggage(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message } = value;
  const code = 'code' in value && ['string', 'number'].includes(typeof value.code) ? value.code : undefined;
  return { name, code, message: message.slice(0, MAX_MESSAGE) };
}
