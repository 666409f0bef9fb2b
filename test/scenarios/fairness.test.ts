import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { CodeHasher } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const FLOOD = 60;
/** What may be compared before the other record's code: those that are being hashed when it comes, and those that wait. */
const MOST_BEFORE = 6;

test('a flood of wrong codes for one record keeps the customer of another one waiting for a few of them at most', async () => {
  const crm = await openCrm();
  crm.records.set('46', { ...crm.records.get('45'), id: '46' });
  const outbox = createOutbox({ addressKind: 'email' });
  const rules = [deliveryRule({ code: { maxAttempts: 100, cooldown: '0s' } })];
  // As many at once and in the queue as in production, at a fraction of the cost: turns are counted here, and not their time.
  const real = createCodeHasher({ secrets: [SECRET], timeCost: 1, memoryKiB: 64 });
  const honestIsIn = Promise.withResolvers<void>();
  let honest: string | undefined;
  let compared = 0;
  let before: number | undefined;
  // The flood stands still until the other code comes, and is then let in before it.
  const hasher: CodeHasher = {
    hash: real.hash,
    async matches(verifier, code, context) {
      if (code === honest) {
        honestIsIn.resolve();
        await turn();
        const found = await real.matches(verifier, code, context);
        before = compared;
        return found;
      }
      await honestIsIn.promise;
      const found = await real.matches(verifier, code, context);
      compared++;
      return found;
    },
  };
  const memory = createMemoryStore(systemClock);
  let looks = 0;
  const store = {
    ...memory,
    find(key: string) {
      looks++;
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url, { rules, limits: NO_LIMITS }), {
    channels: { email: outbox },
    hasher,
    store,
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
  honest = outbox.lastCode();

  looks = 0;
  const wrong = Array.from({ length: FLOOD * 2 }, (_, index) => wrongCode(flooded, index + 1));
  const flood = wrong
    .filter((code) => code !== honest)
    .slice(0, FLOOD)
    .map((code) => deliver('45', code));
  // Each looks at the ledger when it comes in.
  await until(() => looks >= FLOOD);
  expect(await deliver('46', honest)).toMatchObject({ status: 200, code: 'used' });
  expect(before).toBeLessThanOrEqual(MOST_BEFORE);
  expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([403]));
});
