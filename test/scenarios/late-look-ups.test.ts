import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox.ts';
import { createMemoryStore } from '../../src/stores/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const RACERS = 12;

test('of racers with one code one saves, also where the ledger tells of the code when it is spent already', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const memory = createMemoryStore(systemClock);
  let looked = 0;
  let isRace = false;
  const store = {
    ...memory,
    async find(key: string) {
      // The first look-up is that of the winner; the other racers hear of the code much later.
      if (isRace && ++looked > 1 && looked <= RACERS) await pause(150);
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { store, channels: { email: outbox } });
  await rep.deliver();
  const code = outbox.lastCode();
  isRace = true;
  const answers = await Promise.all(
    Array.from({ length: RACERS }, (_, racer) => rep.deliver(code, { subject: `Box ${racer}` })),
  );
  expect(crm.saves).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(new Set(answers.map(({ result }) => result))).toEqual(new Set(['verified', 'otp-used']));
});
