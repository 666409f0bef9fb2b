import { expect, onTestFinished, test } from 'vitest';
import { createDispatcher } from '../../src/events/dispatcher.ts';
import type { Journal, JournalEntry } from '../../src/events/journal.ts';
import type { KeptEvent } from '../../src/events/kept-event.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import type { Log } from '../../src/ports.ts';
import { until } from '../harness/until.ts';

const NOW = Date.parse('2026-01-10T00:00:00Z');
const DAY_MS = 24 * 3_600_000;

function eventOf(place: number, ageMs: number): KeptEvent {
  const at = new Date(NOW - ageMs).toISOString();
  return { id: `e${place}`, kind: 'code-sent', at, lane: `record ${place}`, data: {} };
}

/** A journal with these rows, and a receiver that takes what it is sent, or nothing. */
function openTeller(rows: readonly KeptEvent[], isUp: boolean) {
  const sent: string[] = [];
  const counted: Record<string, number> = {};
  const told: number[] = [];
  const entries: readonly JournalEntry[] = rows.map((event, index) => ({
    place: index + 1,
    events: [event],
  }));
  const journal: Journal = {
    append: async () => undefined,
    read: async (place) => entries[place - 1],
    told: async (place) => void told.push(place),
    claim: async (first) => ({ first, tail: entries.length + 1 }),
    release: async () => undefined,
  };
  const post = {
    send: async ({ id }: KeptEvent) => {
      sent.push(id);
      return isUp;
    },
    close: async () => undefined,
  };
  const metrics = {
    eventTold: ({ result }: { result: string }) => {
      counted[result] = (counted[result] ?? 0) + 1;
    },
    eventsWait: () => undefined,
  } as unknown as Metrics;
  const log = { warn: () => undefined } as unknown as Log;
  const dispatcher = createDispatcher('0', journal, post, { clock: { now: () => NOW }, log, metrics });
  onTestFinished(() => dispatcher.close());
  return { sent, counted, told };
}

test('an event of more than three days is dropped and counted; a younger one is told', async () => {
  const { sent, counted, told } = openTeller([eventOf(1, 3 * DAY_MS + 1), eventOf(2, 3 * DAY_MS)], true);
  await until(() => counted['delivered'] === 1);
  expect(counted).toEqual({ dropped: 1, delivered: 1 });
  expect(sent).toEqual(['e2']);
  expect(told).toEqual([1, 2]);
});

test('of more than 10,000 events the oldest are dropped and counted', async () => {
  const rows = Array.from({ length: 10_003 }, (_, index) => eventOf(index + 1, 0));
  const { counted, told } = openTeller(rows, false);
  await until(() => (counted['dropped'] ?? 0) > 0);
  expect(counted['dropped']).toBe(3);
  expect(told).toEqual([1, 2, 3]);
});

test('a receiver that was away while any number of events was kept is told the last 10,000 of them', async () => {
  const rows = Array.from({ length: 150_000 }, (_, index) => eventOf(index + 1, 0));
  const { sent, counted, told } = openTeller(rows, true);
  await until(() => (counted['delivered'] ?? 0) > 8);
  expect(counted['dropped']).toBe(140_000);
  expect(sent[0]).toBe('e140001');
  expect(told.slice(0, 140_000)).toEqual(rows.slice(0, 140_000).map((_, index) => index + 1));
});
