import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Many systems let somebody in by their name in any case, with blanks around it or in wide letters: SAP, Windows, databases. Whoever asks by
 * one spelling and vouches by another is one person.
 */

const PLACE = '/_countersign/rules/7/records/45/override';
const REASON = 'The phone of the customer is dead, she signed on paper';
const DELIVERED = { status: 'Delivered' };

/** A CRM that lets anybody in by Basic credentials. */
async function openOffice(rule: Parameters<typeof deliveryRule>[0] = {}) {
  const override = { by: true, perDay: 2 };
  const world = await openWorld(
    { callers: [{ basic: true }], rules: [deliveryRule({ override, ...rule })] },
    { auth: true },
  );
  const as = (name: string) => {
    const rep = repOf(world.url, `Basic ${Buffer.from(`${name}:right`).toString('base64')}`);
    const kind = async (method: string, path: string, body: object) => {
      const { status, result } = await rep.call(method, path, body);
      return [status, result];
    };
    return {
      save: (fields: object = DELIVERED) => kind('PATCH', '/api/DeliveryNotes/45', fields),
      vouch: (values: object = DELIVERED) => kind('POST', PLACE, { reason: REASON, values }),
    };
  };
  return { ...world, as };
}

const REFUSED = [403, 'override-refused'];

test.each(['MIA', ' mia', 'Mia ', 'ｍｉａ', 'mía'])('mia, who asked, does not vouch as %j', async (name) => {
  const { crm, as } = await openOffice();
  expect(await as('mia').save()).toEqual([428, 'otp-required']);
  expect(await as(name).vouch()).toEqual(REFUSED);
  expect(await as('mia').save()).toEqual([428, 'otp-required']);
  expect(crm.saves).toEqual([]);
});

test('mia, who vouched, does not save as MIA', async () => {
  const { crm, as } = await openOffice();
  expect(await as('mia').vouch()).toEqual([201, 'overridden']);
  expect(await as('MIA').save()).toEqual(REFUSED);
  expect(crm.saves).toEqual([]);
});

test('mia does not vouch more often by being Mia, too', async () => {
  const { rep, as } = await openOffice();
  const told: unknown[] = [];
  for (const name of ['mia', 'MIA', 'Mia']) {
    told.push((await as(name).vouch())[0]);
    await rep.call('DELETE', PLACE.replace('override', 'code'));
  }
  expect(told).toEqual([201, 201, 429]);
});

test('honest: two people are two pairs of eyes', async () => {
  const { crm, as } = await openOffice();
  expect(await as('ron').save()).toEqual([428, 'otp-required']);
  expect(await as('mia').vouch()).toEqual([201, 'overridden']);
  expect(await as('mia').save()).toEqual([200, 'verified']);
  expect(crm.saves).toHaveLength(1);
});

test('somebody who asked for other values is no second pair of eyes, and may save what mia vouched for', async () => {
  const { crm, as } = await openOffice({ when: { changed: 'status' } });
  expect(await as('ron').save({ status: 'Lost' })).toEqual([428, 'otp-required']);
  expect(await as('mia').vouch()).toEqual([201, 'overridden']);
  expect(await as('mia').save()).toEqual(REFUSED);
  expect(crm.saves).toEqual([]);
  expect(await as('ron').save()).toEqual([200, 'verified']);
  expect(crm.saves).toHaveLength(1);
});
