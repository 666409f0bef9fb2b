import { expect, test } from 'vitest';
import { mayBecome } from '../../src/core/likeness/likeness.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

test('a column of numbers makes 0 of what JavaScript reads as 31', async () => {
  expect(mayBecome('0x1f', { lexeme: '0' })).toBe(true);
  expect(mayBecome('0x1f', { lexeme: '31' })).toBe(true);
  const { crm, rep } = await openWorld(
    { rules: [deliveryRule({ when: { '<': [{ var: 'record.price' }, 10] } })] },
    { records: { '45': { id: '45', price: 20, email: 'ann@example.com' } } },
  );
  for (const price of ['0xff', ' 0b1111', '0o77']) {
    expect((await rep.call('PATCH', '/api/DeliveryNotes/45', { price })).status).toBeGreaterThan(400);
  }
  expect(crm.saves).toEqual([]);
});
