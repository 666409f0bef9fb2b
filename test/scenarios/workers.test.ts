import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from '../../src/core/rule/message.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { pidsIn, serve, twoWorkers } from './gateway-process.ts';

function codeIn(folder: string): string {
  const [newest = ''] = readdirSync(join(folder, 'outbox')).sort().reverse();
  return (JSON.parse(readFileSync(join(folder, 'outbox', newest), 'utf8')) as Message).code;
}

test('several processes on one port share one ledger, and one that dies is replaced', async () => {
  const crm = await openCrm();
  const folder = openFolder();
  // It applies to each save that ends as "Delivered", whatever is stored by then.
  const rule = deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Delivered'] } });
  const gateway = await serve(folder, twoWorkers(crm, folder, rule));
  const pids = () => pidsIn(gateway);
  await until(() => pids().length === 2);
  expect(new Set(pids()).size).toBe(2);

  expect((await gateway.rep.deliver()).status).toBe(428);
  const code = codeIn(folder);
  const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.rep.deliver(code)));
  expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  expect(crm.saves).toHaveLength(1);

  process.kill(pids()[0] ?? 0, 'SIGKILL');
  await until(() => pids().length === 3);
  expect((await gateway.rep.standing()).result).toBe('used');
  expect(await gateway.stop()).toBe(0);
});
