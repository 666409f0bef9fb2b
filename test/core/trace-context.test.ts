import { expect, test } from 'vitest';
import { traceContextOf } from '../../src/core/wire/trace-context.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENT = `00-${ID}-00f067aa0ba902b7-01`;

test.each([
  ['that of the standard', [['traceparent', SENT]]],
  ['in any case of its name', [['TraceParent', SENT]]],
  ['of a later version, which says more', [['traceparent', `01-${ID}-00f067aa0ba902b7-01-more`]]],
] as const)('a trace is known by its header: %s', (_, headers) => {
  expect(traceContextOf(headers)).toMatchObject({
    id: ID,
    traceparent: headers[0][1],
    tracestate: undefined,
  });
});

test.each([
  ['none', []],
  [
    'two, which may differ',
    [
      ['traceparent', SENT],
      ['traceparent', SENT],
    ],
  ],
  ['capitals', [['traceparent', SENT.toUpperCase()]]],
  ['a trace of zeros', [['traceparent', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]]],
  ['a parent of zeros', [['traceparent', `00-${ID}-${'0'.repeat(16)}-01`]]],
  ['the version that is forbidden', [['traceparent', `ff-${ID}-00f067aa0ba902b7-01`]]],
  ['more than version 00 has', [['traceparent', `${SENT}-more`]]],
  ['two in one line', [['traceparent', `${SENT}, ${SENT}`]]],
  ['an address', [['traceparent', 'ann@example.com']]],
] as const)('no trace is known by %s', (_, headers) => {
  expect(traceContextOf(headers)).toBeUndefined();
});

test('states that stand in several headers are one list', () => {
  const headers = [
    ['tracestate', 'a=1'],
    ['traceparent', SENT],
    ['TraceState', 'b=2'],
  ] as const;
  expect(traceContextOf(headers)?.tracestate).toBe('a=1,b=2');
});
