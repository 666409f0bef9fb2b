import { expect, test } from 'vitest';
import { GRANT, openGrant } from '../../src/core/ledger/grant.ts';
import { reserve, TALLY } from '../../src/core/ledger/limits.ts';
import { CODE, type RowKind } from '../../src/core/ledger/row.ts';
import { type LedgerRow, rowOf, type StoredRow, storedOf } from '../../src/core/ledger/stored-row.ts';
import { countSent, METER } from '../../src/core/ledger/unverified.ts';
import { NO_SENDS } from '../../src/core/ledger/window.ts';
import { anIssued, MINUTE, START, taken } from './a-row.ts';

const grant = { subject: 'subject', policy: { idleMs: MINUTE, absoluteMs: MINUTE } };
const cap = { windowMs: MINUTE, most: 3 };
const policy = { atLeast: 4, ratio: 0.75, perMs: 60 * MINUTE };

const ROWS: readonly (readonly [RowKind<LedgerRow>, LedgerRow])[] = [
  [CODE, anIssued()],
  [TALLY, taken(reserve(TALLY.empty('k'), START, cap))],
  [METER, taken(countSent(METER.empty('k'), START, { policy, mode: 'alarm', lifeMs: MINUTE }))],
  [GRANT, taken(openGrant(GRANT.empty('k'), START, grant))],
];

test.each(ROWS)('a row of the kind $kind comes back from a store as it was', (kind, row) => {
  expect(rowOf(storedOf(row), kind)).toEqual(row);
});

test.each(
  ROWS,
)('a row of the kind $kind that was stored before kinds had names is read as the same', (kind, row) => {
  const { kind: _, ...unnamed } = storedOf(row) as StoredRow & LedgerRow;
  const all = { attempts: { used: 0, since: 0 }, sends: NO_SENDS, code: null, ...unnamed };
  expect(rowOf(all, kind)).toMatchObject(row);
});

test.each(ROWS)('a row of the kind $kind is read as no other', (kind, row) => {
  const others = ROWS.map(([other]) => other).filter((other) => other !== kind);
  expect(others).toHaveLength(3);
  for (const other of others)
    expect(() => rowOf(storedOf(row), other)).toThrow(`a ledger row is a ${kind.kind} where a`);
});
