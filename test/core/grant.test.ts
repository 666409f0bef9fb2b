import { describe, expect, it, test } from 'vitest';
import {
  drawToken,
  endGrant,
  GRANT,
  type Grant,
  type GrantRow,
  isOpenFor,
  isToken,
  openGrant,
  useGrant,
} from '../../src/core/ledger/grant.ts';
import { NOT_TAKEN } from '../../src/core/ledger/step.ts';
import { MINUTE, START, taken } from './a-row.ts';

const HOUR = 60 * MINUTE;
const policy = { idleMs: 30 * MINUTE, absoluteMs: 24 * HOUR };

const subjects = ['subject'];
const opened = taken(openGrant(GRANT.empty('key'), START, { subject: 'subject', policy }));

function grantOf({ grant }: GrantRow): Grant {
  if (!grant) throw new Error('the row has no grant');
  return grant;
}

describe('a token', () => {
  it('has 258 bits, drawn one symbol at a time', () => {
    const sizes: number[] = [];
    const token = drawToken((size) => {
      sizes.push(size);
      return sizes.length % size;
    });
    expect(isToken(token)).toBe(true);
    expect(sizes).toEqual(Array.from({ length: 43 }, () => 64));
  });

  it.each([
    '',
    'a',
    'a'.repeat(42),
    'a'.repeat(44),
    `${'a'.repeat(42)} `,
    `${'a'.repeat(43)}\n`,
  ])('%j is none', (text) => {
    expect(isToken(text)).toBe(false);
  });
});

test.each<[string, number, readonly string[], boolean]>([
  ['at once', 0, ['subject'], true],
  ['just before it was idle too long', 30 * MINUTE - 1, ['subject'], true],
  ['when it was idle too long', 30 * MINUTE, ['subject'], false],
  ['for what an older secret named', 1, ['newer', 'subject'], true],
  ['for something else', 1, ['other'], false],
  ['for nothing', 1, [], false],
])('%s', (_when, afterMs, subjects, open) => {
  expect(isOpenFor(grantOf(opened), subjects, START + afterMs)).toBe(open);
});

test('each use moves the end of idleness, never the absolute one', () => {
  let row = opened;
  for (let now = START; now < START + policy.absoluteMs; now += 20 * MINUTE) {
    expect(isOpenFor(grantOf(row), ['subject'], now)).toBe(true);
    row = taken(useGrant(row, now, { subjects }));
  }
  expect(isOpenFor(grantOf(row), ['subject'], START + policy.absoluteMs - 1)).toBe(true);
  expect(isOpenFor(grantOf(row), ['subject'], START + policy.absoluteMs)).toBe(false);
  expect(row.purgeAt).toBe(START + policy.absoluteMs);
});

test('a use by a clock that is behind does not shorten it', () => {
  expect(useGrant(opened, START - HOUR, { subjects })).toEqual({ ok: true, row: opened });
});

test('an ended one stays ended, whatever is used', () => {
  const ended = taken(endGrant(opened, START));
  expect(isOpenFor(grantOf(ended), ['subject'], START)).toBe(false);
  expect(useGrant(ended, START, { subjects })).toBe(NOT_TAKEN);
  expect(endGrant(ended, START)).toBe(NOT_TAKEN);
  expect([opened.version, ended.version]).toEqual([1, 2]);
});
