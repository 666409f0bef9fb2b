import { expect, it } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import type { DecisionRecord } from '../../src/core/verdict/decision-record.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createJournal } from '../../src/system/journal.ts';

const decision = (number: number) =>
  ({
    kind: 'save',
    decision: `d${number}`,
    request: `r${number}`,
    verdict: 'pass',
    rules: [],
  }) as unknown as DecisionRecord;
const event = (request: string) => ({ request, event: 'code-sent' }) as unknown as AuditEvent;

it('keeps the last thousand decisions and no more, newest first, whatever comes', () => {
  const journal = createJournal(createHandClock(0));
  for (let number = 0; number < 25_000; number++) {
    journal.take(decision(number));
    journal.heard(event(`r${number}`));
  }
  const rows = journal.rows();
  expect(rows).toHaveLength(1_000);
  expect([rows[0]?.decision, rows.at(-1)?.decision]).toEqual(['d24999', 'd24000']);
  expect(journal.storyOf('d24999')?.steps).toHaveLength(1);
  expect(journal.storyOf('d0')).toBeUndefined();
});

it('keeps a few events of one request, however many there are', () => {
  const journal = createJournal(createHandClock(0));
  journal.take(decision(1));
  for (let times = 0; times < 10_000; times++) journal.heard(event('r1'));
  expect(journal.storyOf('d1')?.steps).toHaveLength(50);
});

it('tells a watcher each decision from then on, until it has enough', () => {
  const journal = createJournal(createHandClock(0));
  const seen: string[] = [];
  journal.take(decision(1));
  const stop = journal.watch((row) => seen.push(row.decision));
  journal.take(decision(2));
  stop();
  journal.take(decision(3));
  expect(seen).toEqual(['d2']);
});
