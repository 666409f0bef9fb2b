import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { onSaves } from '../harness/answers.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const RACERS = 12;

test('of racers with one code one saves, also where the ledger tells of the code when it is spent already', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const memory = createMemoryStore(systemClock);
  const spent = Promise.withResolvers<void>();
  let asked = 0;
  let isSlow = false;
  const store = {
    ...memory,
    async find(key: string) {
      asked++;
      if (isSlow) await spent.promise;
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { store, channels: { email: outbox } });
  await rep.deliver();
  const code = outbox.lastCode();
  const released = Promise.withResolvers<void>();
  crm.answerWith(onSaves((_received, _response, proceed) => void released.promise.then(proceed)));
  const winner = rep.deliver(code);
  await until(() => crm.saves.length === 1);

  isSlow = true;
  asked = 0;
  const racers = Array.from({ length: RACERS }, (_, racer) => rep.deliver(code, { subject: `Box ${racer}` }));
  await until(() => asked === RACERS);
  isSlow = false;
  released.resolve();
  expect(await winner).toMatchObject({ status: 200, code: 'used' });
  spent.resolve();
  const answers = await Promise.all(racers);
  expect(crm.saves).toHaveLength(1);
  expect(new Set(answers.map(({ result }) => result))).toEqual(new Set(['otp-used']));
});

test('a save that the rule has nothing to say about does not pass with a code that another one spends meanwhile', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const memory = createMemoryStore(systemClock);
  const spent = Promise.withResolvers<void>();
  let asked = Number.NaN;
  const store = {
    ...memory,
    async find(key: string) {
      // The first is told at once that the code lives, and looks again when it was spent.
      if (++asked === 2) await spent.promise;
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url), { store, channels: { email: outbox } });
  await rep.deliver();
  const code = outbox.lastCode() ?? '';
  asked = 0;
  const other = rep.call('PATCH', NOTE, { subject: 'Three boxes' }, { 'OTPRULES-OTP-7': code });
  await until(() => asked === 2 || crm.saves.length > 0);
  expect(await rep.deliver(code)).toMatchObject({ status: 200, code: 'used' });
  spent.resolve();
  expect(await other).toMatchObject({ status: 409, result: 'otp-used' });
  expect(crm.saves).toHaveLength(1);
});
