import { expect, test } from 'vitest';
import type { TestOptions } from '../../src/testing.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

const RULE = deliveryRule({
  send: { to: [{ channel: 'email', address: 'email' }], message: '{{code}} for {{record.amount}} EUR' },
});
const RECORDS = { '45': { id: '45', status: 'Created', email: 'ann@example.com', amount: '5' } };

test.each([
  ['under another spelling of its name', { Amount: '77' }, '77'],
  ['under its name and another spelling', { amount: '5', Amount: '77' }, '5 / 77'],
  ['in a list', { amount: ['77'] }, '["77"]'],
])('the customer reads a value that stands %s', async (_, fields, shown) => {
  const modules: TestOptions['modules'] = {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['amount'] },
  };
  const { rep, gateway } = await openWorld({ rules: [RULE], modules }, { records: RECORDS });
  expect((await rep.deliver(undefined, fields)).status).toBe(428);
  expect(gateway.outbox.messages().at(-1)?.text).toMatch(` for ${shown} EUR`);
});
