import { expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

test('a disk that is full refuses guarded saves, and nothing else', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `${1000 + index}`);
  const crm = await openCrm({ records: Object.fromEntries(ids.map((id) => [id, { ...STORED, id }])) });
  const { rep, output } = await serve(
    openFolder(),
    {
      version: 1,
      listen: { port: 0 },
      admin: false,
      upstream: { url: crm.url },
      store: { kind: 'sqlite', path: './ledger.db', busyTimeout: '200ms' },
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
      passthrough: ['/api/Contacts'],
      channels: { email: { kind: 'outbox' } },
      limits: NO_LIMITS,
      rules: [deliveryRule()],
    },
    { fileKib: 300 },
  );
  const results = [];
  for (const id of ids) {
    const { status, result } = await rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' });
    results.push(`${status} ${result}`);
    if (status === 503) break;
  }
  expect(results.at(0)).toBe('428 otp-required');
  expect(results.at(-1)).toBe('503 otp-unavailable');
  expect((await rep.call('POST', '/api/Contacts', { name: 'Ann' })).status).toBe(200);
  expect((await rep.call('GET', '/api/DeliveryNotes/1000')).status).toBe(200);
  expect((await rep.call('PATCH', '/api/DeliveryNotes/1000', { subject: 'Three boxes' })).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual(['/api/Contacts', '/api/DeliveryNotes/1000']);
  expect(output()).toContain('store-unavailable');
});
