import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const FLOOD = 60;
/** What may be compared before the other record's code: those that are being hashed when it comes, and those that wait. */
const MOST_BEFORE = 6;

test('a flood of wrong codes for one record keeps the customer of another one waiting for a few of them at most', async () => {
  const crm = await openCrm();
  crm.records.set('46', { ...crm.records.get('45'), id: '46' });
  const outbox = createOutbox({ addressKind: 'email' });
  const rules = [deliveryRule({ code: { maxAttempts: 100, cooldown: '0s' } })];
  const { rep } = await openGateway(gatewayOptions(crm.url, { rules, limits: NO_LIMITS }), {
    channels: { email: outbox },
  });
  const deliver = (id: string, code?: string) =>
    rep.call(
      'PATCH',
      `/api/DeliveryNotes/${id}`,
      { status: 'Delivered' },
      code === undefined ? {} : { 'OTPRULES-OTP-7': code },
    );
  await deliver('45');
  const flooded = outbox.lastCode() ?? '';
  await deliver('46');
  const honest = outbox.lastCode() ?? '';

  let compared = 0;
  const flood = Array.from({ length: FLOOD }, async (_, index) => {
    const answer = await deliver('45', wrongCode(flooded, index + 1));
    compared++;
    return answer;
  });
  await Promise.race(flood);
  const before = compared;
  const answer = await deliver('46', honest);
  expect(answer).toMatchObject({ status: 200, code: 'used' });
  expect(compared - before).toBeLessThanOrEqual(MOST_BEFORE);
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([403]));
});
