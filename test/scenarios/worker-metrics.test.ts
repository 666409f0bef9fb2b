import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { pidsIn, serve } from './gateway-process.ts';

test('one scrape has the sums of all workers, also of one that died', async () => {
  const crm = await openCrm();
  const adminPort = await freePort();
  const gateway = await serve(openFolder(), {
    version: 1,
    workers: 2,
    listen: { port: 0 },
    admin: { port: adminPort },
    upstream: { url: crm.url },
    store: { kind: 'sqlite', path: './ledger.db' },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox' } },
    rules: [deliveryRule({})],
  });
  const pids = () => pidsIn(gateway);
  await until(() => pids().length === 2);
  const scrape = async () => (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  const passed = (text: string) =>
    Number(/countersign_decisions_total\{rule="",verdict="pass",mode="enforce"\} (\d+)/.exec(text)?.[1] ?? 0);
  const save = () =>
    gateway.rep.call('PATCH', '/api/DeliveryNotes/45', { note: 'x' }, { connection: 'close' });
  for (let nth = 0; nth < 20; nth++) expect((await save()).status).toBe(200);
  const all = [await scrape(), await scrape(), await scrape()];
  expect(all.map(passed)).toEqual([20, 20, 20]);
  for (const text of all) {
    expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \d/m);
    expect(text).toMatch(/countersign_build_info\{[^}]*\} 1$/m);
    expect(text).toMatch(/^countersign_config_last_reload_success 1$/m);
  }
  process.kill(pids()[0] ?? 0, 'SIGKILL');
  await until(() => pids().length === 3);
  expect(passed(await scrape())).toBe(20);
  expect(await gateway.stop()).toBe(0);
}, 240_000);
