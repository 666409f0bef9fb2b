import { describe, expect, test } from 'vitest';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const delivered = { '==': [{ var: 'record.status' }, 'Delivered'] };
const large = { '>': [{ var: 'record.amount' }, 1000] };

/** What a save came to, and how often the CRM was asked for the stored record. */
async function outcomeOf(when: unknown, body: object, rule: object = {}) {
  const crm = await openCrm();
  const { rep } = await openGateway(
    gatewayOptions(crm.url, {
      rules: [deliveryRule({ when: when as never, recipientChange: 'allow', ...rule })],
      modules: {
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['lines', 'address'] },
      },
    }),
  );
  const { status } = await rep.call('PATCH', NOTE, body);
  return { status, reads: crm.received.filter(({ method }) => method === 'GET').length };
}

describe('the CRM is asked for the stored record only where it decides', () => {
  test.each<[string, unknown, object]>([
    [
      'an equality with another value',
      delivered,
      { status: 'Out', lines: [{ qty: 1 }], address: { city: 'Rome' } },
    ],
    ['a number below the limit', large, { amount: 20 }],
    [
      'a condition that is decided by one part',
      { and: [delivered, { '<': [{ var: 'before.amount' }, 5] }] },
      { status: 'Out' },
    ],
    ['one of several values', { in: [{ var: 'record.status' }, ['Delivered', 'Closed']] }, { status: 'Out' }],
  ])('%s is forwarded unread', async (_, when, body) => {
    expect(await outcomeOf(when, body, {})).toEqual({ status: 200, reads: 0 });
  });

  test('so is a save of somebody who is not asked', async () => {
    const appliesTo = { '!=': [{ var: 'caller.ip' }, '127.0.0.1'] };
    expect(await outcomeOf(delivered, { status: 'Delivered' }, { appliesTo })).toEqual({
      status: 200,
      reads: 0,
    });
  });

  test.each<[string, unknown, object, number]>([
    ['a field that the save leaves', delivered, { note: 'x' }, 200],
    ['a number that may be another one', large, { amount: '9.999' }, 428],
    ['the value itself', delivered, { status: 'Delivered' }, 428],
  ])('and it is for %s', async (_, when, body, status) => {
    expect(await outcomeOf(when, body)).toEqual({ status, reads: 1 });
  });
});
