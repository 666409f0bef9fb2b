import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHttpReports } from '../../src/channels/http/reports.ts';

const secret = 'the secret that a provider signs with';
const reader = createHttpReports({
  secret,
  header: 'X-Signature',
  id: '/id',
  status: '/status',
  statuses: { DELIVRD: 'delivered', '3': 'failed' },
});

function read(status: unknown) {
  const body = Buffer.from(JSON.stringify({ id: 'a', status }));
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return reader.read({ query: '', headers: [['X-Signature', signature]], body });
}

test.each([
  [{ toString: 1, valueOf: 1 }],
  [['DELIVRD']],
  [{}],
  [null],
  ['__proto__'],
  ['toString'],
])('%j says nothing, and is no fault', (status) => {
  expect(read(status)).toEqual({ kind: 'reports', reports: [] });
});

test('a text or a number says what it means', () => {
  expect(read('DELIVRD')).toEqual({ kind: 'reports', reports: [{ reference: 'a', status: 'delivered' }] });
  expect(read(3)).toEqual({ kind: 'reports', reports: [{ reference: 'a', status: 'failed' }] });
});
