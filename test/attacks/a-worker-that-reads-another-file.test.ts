import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Message } from '../../src/core/rule/message.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { configText, pidsIn, serve, twoWorkers } from '../scenarios/gateway-process.ts';

/*
 * What needs a restart is changed in the file, or the file is broken: the workers go on as they were. Then one of them dies, and its replacement
 * reads the file.
 */

// Processes that are started and replaced, on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

async function openWorkers() {
  const crm = await openCrm();
  const folder = openFolder();
  const outbox = join(folder, 'outbox');
  const options = twoWorkers(crm, folder);
  const gateway = await serve(folder, options);
  const timesSaid = (words: string) => gateway.output().split(words).length - 1;
  const pids = () => pidsIn(gateway);
  await until(() => pids().length === 2);
  // On a connection of its own, so that any worker may answer.
  const deliver = (code?: string) =>
    gateway.rep.call(
      'PATCH',
      NOTE,
      { status: 'Delivered' },
      { connection: 'close', ...(code === undefined ? {} : { 'OTPRULES-OTP-7': code }) },
    );
  return {
    crm,
    folder,
    options,
    gateway,
    timesSaid,
    pids,
    deliver,
    write: (text: string) => writeFileSync(join(folder, 'countersign.yaml'), text),
    kill: (index: number) => process.kill(pids()[index] ?? 0, 'SIGKILL'),
    messages: () =>
      readdirSync(outbox).map((name) => JSON.parse(readFileSync(join(outbox, name), 'utf8')) as Message),
  };
}

test('opens no other store than the others, which go on, and comes back with the file', async () => {
  const site = await openWorkers();
  const { crm, folder, options, timesSaid, pids, deliver, messages } = site;
  site.write(configText({ ...options, store: { kind: 'sqlite', path: './other.db' } }));
  await until(() => timesSaid('a change of store needs a restart') === 2);
  site.kill(0);
  await until(() => timesSaid('what the other workers opened when they were started') > 0);
  await until(() => timesSaid('a worker is not replaced yet') > 0);
  const answers = [await deliver(), await deliver(), await deliver()];
  expect(answers.map(({ result }) => result)).toEqual(Array(3).fill('otp-required'));
  expect(existsSync(join(folder, 'other.db'))).toBe(false);
  // One customer, one ledger, one code.
  expect(messages()).toHaveLength(1);
  expect(crm.saves).toEqual([]);
  site.write(configText(options));
  await until(() => pids().length === 3);
  expect((await deliver(messages()[0]?.code)).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
  expect(await site.gateway.stop()).toBe(0);
});

test('does not take the others along where the file is broken', async () => {
  const site = await openWorkers();
  const { crm, options, timesSaid, pids, deliver, messages } = site;
  site.write('rules: [');
  await until(() => timesSaid('the last good one stays') === 2);
  site.kill(1);
  await until(() => timesSaid('a worker ended') >= 3);
  expect((await deliver()).result).toBe('otp-required');
  expect((await deliver(messages()[0]?.code)).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
  site.write(configText(options));
  await until(() => pids().length === 3);
  expect(await site.gateway.stop()).toBe(0);
});

test('is not ended by a SIGHUP while it starts, and has the file that was announced', async () => {
  const site = await openWorkers();
  const { options, timesSaid, pids, deliver } = site;
  site.kill(0);
  await until(() => timesSaid('a worker ended') === 1);
  site.write(
    configText({ ...options, rules: [deliveryRule({ when: { changed_to: ['status', 'Shipped'] } })] }),
  );
  const hangingUp = setInterval(site.gateway.hangUp, 20);
  try {
    await until(() => pids().length === 3);
  } finally {
    clearInterval(hangingUp);
  }
  await until(() => timesSaid('the configuration was reloaded') >= 1);
  // No worker asks any more about what the rule was about before.
  for (let free = 0; free < 4; ) free = (await deliver()).status === 200 ? free + 1 : 0;
  expect(timesSaid('a worker ended')).toBe(1);
  expect(await site.gateway.stop()).toBe(0);
});
