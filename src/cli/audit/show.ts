import { type SealedLine, withoutChain } from '../../audit/audit-seal.ts';
import type { AuditEvent } from '../../core/verdict/audit-event.ts';
import { choiceOf, Stop, say, textOf, UsageError, type Words } from '../command.ts';
import { visibleJson } from '../terminal/visible.ts';
import { csvOf } from './csv.ts';
import { sentenceOf } from './sentence.ts';

/** How the events of an audit can be shown. */
export const SHOW_FORMATS = ['text', 'json', 'csv'] as const;

/** Shows the events that the filters leave. Exits with 4 where there is none; programs get an empty list then. */
export function showEvents(words: Words, lines: readonly SealedLine[]): number {
  const format = choiceOf(words, 'format', SHOW_FORMATS) ?? 'text';
  const isWanted = filterOf(words);
  const events = lines.map(({ event }) => event).filter(isWanted);
  if (format === 'json') say(visibleJson(events.map(withoutChain)));
  if (format === 'csv') say(csvOf(events));
  if (events.length > 0 && format === 'text') for (const event of events) say(sentenceOf(event));
  if (events.length === 0 && format === 'text') throw new Stop(4, nothingText(words));
  return events.length === 0 ? 4 : 0;
}

type Filter = (event: AuditEvent) => boolean;

function filterOf(words: Words): Filter {
  const [since, until] = [timeOf(words, 'since', 0), timeOf(words, 'until', DAY_MS)];
  const equal = (option: string, member: string): Filter => {
    const wanted = textOf(words, option);
    return (event) => wanted === undefined || Reflect.get(event, member) === wanted;
  };
  const filters: readonly Filter[] = [
    equal('record', 'record'),
    equal('module', 'module'),
    equal('user', 'user'),
    ({ at }) => since === undefined || Date.parse(at) >= since,
    ({ at }) => until === undefined || Date.parse(at) < until,
  ];
  return (event) => filters.every((filter) => filter(event));
}

const DAY_MS = 86_400_000;

/** A time in milliseconds. A day stands for its beginning, or, as an end, for all of it. */
function timeOf(words: Words, option: string, dayMs: number): number | undefined {
  const text = textOf(words, option);
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`--${option} must be a day or a time, such as 2026-11-01 or 2026-11-30T12:00Z`);
  return text.includes('T') ? time : time + dayMs;
}

function nothingText(words: Words): string {
  const record = textOf(words, 'record');
  return record === undefined ? 'no event matches' : `no event matches the record ${record}`;
}
