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

/*
 * Whoever reads `customer` may be told of the record that `customer_id` sets: the code is bound to both.
 */

test.each([
  ['under the name of its id', { customer_id: '9' }, '9'],
  ['under both of its names', { customer: '7', customerId: '9' }, '7 / 9'],
  ['as it is stored', { customer_id: '5' }, '5'],
  ['nowhere', {}, '5'],
])('the customer reads to whom a save goes that names them %s', async (_, fields, shown) => {
  const rule = deliveryRule({
    send: { to: [{ channel: 'email', address: 'email' }], message: '{{code}} for {{record.customer}}.' },
  });
  const stored = { ...RECORDS[45], customer: '5', customer_id: '5' };
  const { rep, gateway } = await openWorld({ rules: [rule] }, { records: { '45': stored } });
  expect((await rep.deliver(undefined, fields)).status).toBe(428);
  expect(gateway.outbox.messages().at(-1)?.text).toMatch(new RegExp(`^\\d{6} for ${shown}\\.$`));
});
