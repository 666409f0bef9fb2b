import { describe, expect, test } from 'vitest';
import { NOT_TAKEN } from '../../src/core/ledger/step.ts';
import {
  countSent,
  countVerified,
  endOfTooMany,
  METER,
  type MeterRow,
  tooMany,
  uncount,
} from '../../src/core/ledger/unverified.ts';
import { taken } from './a-row.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIFE = 5 * MINUTE;
const START = 1_795_003_200_000;
const policy = { atLeast: 4, ratio: 0.75, perMs: HOUR };

/** The row after a code that lives so long was counted, and what came of it. */
const sent = (row: MeterRow, now: number, lifeMs = LIFE, mode: 'alarm' | 'refuse' = 'alarm') =>
  countSent(row, now, { policy, mode, lifeMs });

/** A row on which codes were sent, so many minutes after the start each. */
function sentAt(...minutes: readonly number[]): MeterRow {
  return minutes.reduce((row, minute) => {
    const now = START + minute * MINUTE;
    return sent(row, now).row;
  }, METER.empty('k'));
}

const verified = (row: MeterRow, times: number, minute = 0): MeterRow =>
  Array.from({ length: times }).reduce<MeterRow>((one) => {
    const step = countVerified(one, START, { overAt: START + minute * MINUTE + LIFE });
    return step.ok ? step.row : one;
  }, row);
const judged = (row: MeterRow, minute: number) => tooMany(row.meter, START + minute * MINUTE, policy);

describe('a meter', () => {
  test.each<[string, MeterRow, number, object | undefined]>([
    ['nothing', METER.empty('k'), 60, undefined],
    ['three', sentAt(0, 0, 0), 20, undefined],
    ['four that are not over yet', sentAt(0, 0, 0, 0), 4, undefined],
    ['four that are over', sentAt(0, 0, 0, 0), 10, { sent: 4, verified: 0 }],
    ['four of long ago', sentAt(0, 0, 0, 0), 70, undefined],
    ['four, one verified', verified(sentAt(0, 0, 0, 0), 1), 10, { sent: 4, verified: 1 }],
    ['four, two verified', verified(sentAt(0, 0, 0, 0), 2), 10, undefined],
    ['four over half an hour', sentAt(0, 10, 20, 30), 40, { sent: 4, verified: 0 }],
    ['four of which one is too old', sentAt(0, 30, 31, 32), 71, undefined],
  ])('that counted %s is judged by what was over in the time', (_what, row, minute, counts) => {
    expect(judged(row, minute)).toEqual(counts);
  });

  test('never has more verified than sent, and counts a code that came late for where there is room', () => {
    expect(judged(verified(sentAt(0, 0, 0, 0, 0, 0, 0, 0), 99, 3), 15)).toBeUndefined();
    expect(verified(sentAt(0), 5).meter.buckets).toMatchObject([{ sent: 1, verified: 1 }]);
    expect(countVerified(METER.empty('k'), START, { overAt: START })).toBe(NOT_TAKEN);
  });

  test('takes back what was not sent', () => {
    const { row, counted } = sent(sentAt(0, 0, 0), START);
    const since = counted.ok ? counted.since : 0;
    expect(judged(row, 10)).toBeDefined();
    expect(judged(taken(uncount(row, START, { since })), 10)).toBeUndefined();
    expect(uncount(METER.empty('k'), START, { since })).toBe(NOT_TAKEN);
  });

  test('raises the alarm once in the time, though it is looked at or counted on', () => {
    const row = sentAt(0, 0, 0, 0);
    const at = (minute: number) => START + minute * MINUTE;
    const first = sent(row, at(10));
    expect(first.alarm).toEqual({ sent: 4, verified: 0 });
    expect(sent(first.row, at(11)).alarm).toBeUndefined();
    const later = [60, 61, 62, 63].reduce((one, minute) => sent(one, at(minute)).row, first.row);
    expect(sent(later, at(75)).alarm).toEqual({ sent: 5, verified: 0 });
  });

  test('that bars further codes counts none, and remembers only that the alarm was raised', () => {
    const row = sentAt(0, 0, 0, 0);
    const at = START + 12 * MINUTE;
    const first = sent(row, at, LIFE, 'refuse');
    expect(first).toMatchObject({
      alarm: { sent: 4, verified: 0 },
      counted: { ok: false, retryAt: endOfTooMany(row.meter, at, policy) },
      row: { version: row.version + 1, meter: { ...row.meter, toldAt: at } },
    });
    const second = sent(first.row, at + MINUTE, LIFE, 'refuse');
    expect(second).toMatchObject({ alarm: undefined, counted: { ok: false } });
    expect(second.row).toBe(first.row);
  });

  test('says when they are too many no longer, and then they are not', () => {
    const row = sentAt(0, 10, 20, 30, 40);
    const now = START + 46 * MINUTE;
    const end = endOfTooMany(row.meter, now, policy);
    expect(tooMany(row.meter, end - 1, policy)).toBeDefined();
    expect(tooMany(row.meter, end, policy)).toBeUndefined();
  });

  test('keeps no more than the time has room for', () => {
    const row = sentAt(...Array.from({ length: 1000 }, (_, minute) => minute));
    expect(row.meter.buckets.length).toBeLessThanOrEqual(15);
    expect(row.purgeAt).toBeLessThanOrEqual(START + (1000 + 5 + 5) * MINUTE + HOUR);
  });

  test('counts a code that lives longer than the time when the time is over', () => {
    const row = Array.from({ length: 4 }).reduce<MeterRow>(
      (one) => sent(one, START, 24 * HOUR).row,
      METER.empty('k'),
    );
    expect(judged(row, 65)).toEqual({ sent: 4, verified: 0 });
    const overAt = START + 24 * HOUR;
    const once = taken(countVerified(row, START, { overAt }));
    expect(judged(taken(countVerified(once, START, { overAt })), 65)).toBeUndefined();
  });
});
