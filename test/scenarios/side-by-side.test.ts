import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { CountersignError } from '../../src/core/fault.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { onReads, refuse } from '../harness/answers.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

test('a code that is presented is looked up while the stored record is read', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const memory = createMemoryStore(systemClock);
  const asked = Promise.withResolvers<void>();
  let waits = false;
  const store = {
    ...memory,
    async find(key: string) {
      // One after the other, neither would ever come.
      if (waits) await asked.promise;
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { store, channels: { email: outbox } });
  await rep.deliver();
  waits = true;
  crm.answerWith(
    onReads((_request, _response, proceed) => {
      asked.resolve();
      proceed();
    }),
  );
  expect(await rep.deliver(outbox.lastCode())).toMatchObject({ status: 200, code: 'used' });
  expect(crm.saves).toHaveLength(1);
});

test('a look-up that fails when nobody waits for it any more ends nothing', async () => {
  const crm = await openCrm();
  const memory = createMemoryStore(systemClock);
  let isDown = false;
  const store = {
    ...memory,
    async find(key: string) {
      if (isDown) throw new CountersignError('store-unavailable', 'the ledger is away');
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { store });
  const unheard: unknown[] = [];
  const hear = (fault: unknown) => void unheard.push(fault);
  process.on('unhandledRejection', hear);
  isDown = true;
  crm.answerWith(onReads(refuse(404)));
  expect((await rep.deliver('123456')).status).toBe(404);
  await pause(20);
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
  expect(crm.saves).toHaveLength(0);
});
