import { expect, test } from 'vitest';
import type { Cleared, OutgoingRequest } from '../../src/core/verdict/cleared.ts';
import { clear } from '../../src/gate/clear.ts';

const REQUEST: OutgoingRequest = { method: 'PUT', path: '/api/DeliveryNotes/45', headers: [], body: null };

test('a clearance is good for the request that it holds: neither a literal nor a copy is one', () => {
  const take = (cleared: Cleared) => cleared.request.path;
  const cleared = clear(REQUEST, 'pass');
  expect(take(cleared)).toBe(REQUEST.path);
  const other = { ...REQUEST, path: '/api/DeliveryNotes/46' };
  // @ts-expect-error: made by hand
  take({ request: other, because: 'pass' });
  // @ts-expect-error: another request in the same clearance
  take({ ...cleared, request: other });
  // @ts-expect-error: it is not to be changed
  cleared.request = other;
});
