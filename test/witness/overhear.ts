import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { Registry } from 'prom-client';
import type { AuditSink, Channel, Log } from '../../src/ports.ts';
import type { Witness } from './witness.ts';

/** The channel, with each message seen before it goes. */
export function seenChannel(channel: Channel, witness: Witness): Channel {
  const deliver: Channel['deliver'] = (message) => {
    witness.saw(message);
    return channel.deliver(message);
  };
  // Members that are asked for when they are needed stay so.
  return Object.create(channel, { deliver: { value: deliver, enumerable: true } }) as Channel;
}

/** The log, with each line told to another one first, of whatever level and whether it is written or not. */
export function heardLog(log: Log, heard: Log): Log {
  const both = (level: 'debug' | 'info' | 'warn' | 'error') => (details: object, message: string) => {
    heard[level](details, message);
    log[level](details, message);
  };
  return { debug: both('debug'), info: both('info'), warn: both('warn'), error: both('error') };
}

/** The sink, with every event heard, also where nothing is audited. */
export function heardAudit(audit: AuditSink, witness: Witness): AuditSink {
  return {
    write(event) {
      witness.heard('audit', JSON.stringify(event));
      return audit.write(event);
    },
    close: () => audit.close(),
  };
}

/** Hears what an answer of our own holds, head and body, when it is ended. */
export function hearAnswer(
  response: ServerResponse,
  witness: Witness,
  answer: () => void,
  place: 'answer' | 'page' = 'answer',
): void {
  const end = response.end;
  response.end = ((...words: Parameters<typeof end>) => {
    response.end = end;
    witness.heard(place, `${inspect(response.getHeaders())}\n${String(words[0] ?? '')}`);
    return end.apply(response, words);
  }) as typeof end;
  answer();
}

/** Hears all that a response says, also in parts. */
export function hearWhole(response: ServerResponse, witness: Witness): void {
  const { write, end } = response;
  const hear = (words: readonly unknown[]) =>
    witness.heard('answer', `${inspect(response.getHeaders())}\n${String(words[0] ?? '')}`);
  response.write = ((...words: Parameters<typeof write>) => {
    hear(words);
    return write.apply(response, words);
  }) as typeof write;
  response.end = ((...words: Parameters<typeof end>) => {
    hear(words);
    return end.apply(response, words);
  }) as typeof end;
}

/** What Node measures of itself, whose figures (bytes of memory) are any number, a code's digits too. */
const OF_NODE = /^((?:nodejs|process)_\w+(?:\{[^}]*\})?) .*$/gm;

/**
 * Reads all that each counted, and lets go of it. It is not asked as a scrape asks: from then on it would measure the process for as long as
 * that lives, and a process has thousands of gateways here.
 */
export async function hearMetrics(made: Set<Registry>, witness: Witness): Promise<void> {
  for (const registry of made) witness.heard('metrics', (await registry.metrics()).replace(OF_NODE, '$1'));
  made.clear();
}
