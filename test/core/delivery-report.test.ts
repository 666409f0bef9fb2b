import { expect, it } from 'vitest';
import { deliveryStatusOf, type Reported, reported } from '../../src/core/ledger/delivery-report.ts';
import { type DeliveryStatus, emptyRow, type Row } from '../../src/core/ledger/row.ts';
import { readdress } from '../../src/core/ledger/sends.ts';
import { NOT_TAKEN } from '../../src/core/ledger/step.ts';
import { fullRow } from '../stores/full-row.ts';
import { anIssued, freshCode, MINUTE, START, taken } from './a-row.ts';

const about: Reported = { codeId: 'c1', channel: 'sms', fingerprint: 'f' };
const now = START + 1000;

function after(...statuses: readonly DeliveryStatus[]): Row {
  return statuses.reduce<Row>((row, status) => {
    const step = reported(row, now, { ...about, status });
    return step.ok ? step.row : row;
  }, anIssued());
}

const ORDERS: readonly (readonly [readonly DeliveryStatus[], DeliveryStatus])[] = [
  [['sent'], 'sent'],
  [['sent', 'delivered'], 'delivered'],
  [['delivered', 'sent'], 'delivered'],
  [['read', 'delivered', 'sent'], 'read'],
  [['sent', 'undelivered'], 'undelivered'],
  [['failed', 'sent'], 'failed'],
  [['failed', 'undelivered'], 'failed'],
  [['undelivered', 'delivered'], 'delivered'],
  [['delivered', 'failed'], 'delivered'],
  [['delivered', 'read', 'undelivered'], 'read'],
];

it.each(ORDERS)('of %j, in that order, %s is what is shown', (statuses, shown) => {
  expect(after(...statuses).code?.delivery).toEqual({ status: shown, at: now });
});

it('a report changes what is shown, and nothing else of the row', () => {
  const before = fullRow('k', 7);
  const row = taken(
    reported(before, 1_700_000_100_000, { ...about, codeId: 'c1', channel: 'email', status: 'read' }),
  );
  const delivery = { status: 'read', at: 1_700_000_100_000 };
  expect(row).toEqual({ ...before, version: 8, code: { ...before.code, delivery } });
});

it.each<[string, Row, number, Reported]>([
  ['of a code that was superseded', anIssued(), now, { ...about, codeId: 'c0' }],
  ['of a message by another channel', anIssued(), now, { ...about, channel: 'email' }],
  ['of a message to another address', anIssued(), now, { ...about, fingerprint: 'g' }],
  ['of a code that has expired', anIssued(), START + 5 * MINUTE, about],
  ['of no code', emptyRow('k'), now, about],
])('a report %s changes nothing', (_, row, at, message) => {
  expect(reported(row, at, { ...message, status: 'read' })).toBe(NOT_TAKEN);
});

it('the same report twice is noted once', () => {
  expect(reported(after('delivered'), now, { ...about, status: 'delivered' })).toBe(NOT_TAKEN);
});

it('what was reported of one recipient is not said of the next', () => {
  const { recipient } = freshCode('c1');
  const next = taken(
    readdress(after('failed'), now, { codeId: 'c1', recipient: { ...recipient, fingerprint: 'g' } }),
  );
  expect(next.code?.delivery).toBeUndefined();
});

it.each([
  'queued',
  'accepted',
  'deleted',
  'Delivered',
  '',
  'constructor',
  3,
  null,
  undefined,
  ['sent'],
])('%j is no status that is told', (text) => {
  expect(deliveryStatusOf(text)).toBeUndefined();
});
