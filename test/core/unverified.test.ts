import { describe, expect, test } from 'vitest';
import {
  countSent,
  countVerified,
  endOfTooMany,
  look,
  METER,
  type MeterRow,
  tooMany,
  uncount,
} from '../../src/core/ledger/unverified.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LIFE = 5 * MINUTE;
const START = 1_795_003_200_000;
const policy = { atLeast: 4, ratio: 0.75, perMs: HOUR };

/** A row on which codes were sent, so many minutes after the start each. */
function sentAt(...minutes: readonly number[]): MeterRow {
  return minutes.reduce((row, minute) => {
    const now = START + minute * MINUTE;
    return countSent(row, now, now + LIFE, policy).row;
  }, METER.empty('k'));
}

const verified = (row: MeterRow, times: number, minute = 0): MeterRow =>
  Array.from({ length: times }).reduce<MeterRow>(
    (one) => countVerified(one, START + minute * MINUTE + LIFE) ?? one,
    row,
  );
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
    expect(countVerified(METER.empty('k'), START)).toBeUndefined();
  });

  test('takes back what was not sent', () => {
    const { row, bucket } = countSent(sentAt(0, 0, 0), START, START + LIFE, policy);
    const back = uncount(row, bucket);
    expect(judged(back ?? row, 10)).toBeUndefined();
    expect(uncount(METER.empty('k'), bucket)).toBeUndefined();
  });

  test('raises the alarm once in the time, though it is looked at or counted on', () => {
    const row = sentAt(0, 0, 0, 0);
    const at = (minute: number) => START + minute * MINUTE;
    const first = countSent(row, at(10), at(15), policy);
    expect(first.alarm).toEqual({ sent: 4, verified: 0 });
    expect(countSent(first.row, at(11), at(16), policy).alarm).toBeUndefined();
    expect(look(first.row, at(12), policy)).toEqual({ row: undefined, alarm: undefined });
    expect(look(row, at(12), policy).row?.meter?.toldAt).toBe(at(12));
    const later = [60, 61, 62, 63].reduce(
      (one, minute) => countSent(one, at(minute), at(minute + 5), policy).row,
      first.row,
    );
    expect(countSent(later, at(75), at(80), policy).alarm).toEqual({ sent: 5, verified: 0 });
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
      (one) => countSent(one, START, START + 24 * HOUR, policy).row,
      METER.empty('k'),
    );
    expect(judged(row, 65)).toEqual({ sent: 4, verified: 0 });
    expect(
      judged(countVerified(countVerified(row, START + 24 * HOUR) ?? row, START + 24 * HOUR) ?? row, 65),
    ).toBeUndefined();
  });
});
