import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { holds } from '../harness/redis-groups.ts';
import { type RedisServer, startRedis } from '../harness/redis-server.ts';
import { NOTE } from '../harness/rep.ts';
import { onRedis } from '../harness/sites.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

// A process, a Redis that comes and goes, and a busy machine.
vi.setConfig({ testTimeout: 240_000 });

let redis: RedisServer;
beforeAll(async () => {
  await findRedisProgram();
  redis = await startRedis();
}, 240_000);
afterAll(() => redis.stop());

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

async function start(options: ConfigInput) {
  const { secret: _, log: __, ...file } = options;
  const gateway = await serve(openFolder(), { ...file, admin: { port: 0 } });
  const [, adminUrl = ''] = /"adminUrl":"([^"]+)"/.exec(gateway.output()) ?? [];
  const ready = async () => {
    const response = await fetch(`${adminUrl}/readyz`);
    const { components } = (await response.json()) as {
      readonly components: Readonly<Record<string, { readonly ok: boolean; readonly detail?: string }>>;
    };
    return { status: response.status, store: components['store'], outside: components['outside'] };
  };
  const live = async () => (await fetch(`${adminUrl}/livez`)).status;
  return { ...gateway, ready, live };
}

const smtp = (port: number) =>
  ({ kind: 'smtp', host: '127.0.0.1', port, from: 'codes@acme.test', requireTls: false }) as const;

test('a gateway starts while the CRM, the mail server and Redis are down, and is ready once each was there', async () => {
  const [crmPort, mailPort] = [await freePort(), await freePort()];
  await redis.kill();
  const gateway = await start(
    gatewayOptions(`http://127.0.0.1:${crmPort}`, {
      store: onRedis(redis.url),
      channels: { email: smtp(mailPort) },
    }),
  );
  expect(await gateway.live()).toBe(200);
  expect(await gateway.ready()).toEqual({
    status: 503,
    store: { ok: false, detail: 'unavailable' },
    outside: { ok: false, detail: 'not reached yet: the CRM, the channel email' },
  });
  expect((await gateway.rep.call('GET', '/elsewhere')).status).toBe(502);
  expect((await gateway.rep.deliver()).status).toBe(503);

  await redis.start();
  const crm = await openCrm({ port: crmPort });
  await holds(async () => (await gateway.ready()).store?.ok === true);
  expect(await gateway.ready()).toMatchObject({
    status: 503,
    outside: { ok: false, detail: 'not reached yet: the channel email' },
  });
  // What needs no code passes all the same.
  expect((await gateway.rep.call('PATCH', NOTE, { note: 'x' })).status).toBe(200);
  const refused = await gateway.rep.deliver();
  expect([refused.status, refused.result]).toEqual([503, 'otp-delivery-failed']);

  const inbox = await openInbox({ disabledCommands: ['STARTTLS'] }, mailPort);
  await holds(async () => (await gateway.ready()).status === 200);
  expect(await gateway.ready()).toEqual({ status: 200, store: { ok: true }, outside: { ok: true } });
  expect((await gateway.rep.deliver()).status).toBe(428);

  // Later outages are told to those who need what is out.
  await inbox.close();
  await crm.close();
  expect(await gateway.ready()).toMatchObject({ status: 200, outside: { ok: true } });
  expect(await gateway.stop()).toBe(0);
});

test('a mail server that no enforced rule needs is not waited for', async () => {
  const crm = await openCrm();
  const gateway = await start(
    gatewayOptions(crm.url, {
      channels: { email: smtp(await freePort()), other: smtp(await freePort()) },
      rules: [deliveryRule({ mode: 'shadow' })],
    }),
  );
  onTestFinished(async () => void (await gateway.stop()));
  expect(await gateway.ready()).toMatchObject({ status: 200, outside: { ok: true } });
});

test('a gateway that was ready stays so when it is given a CRM that is down', async () => {
  const crm = await openCrm();
  const options = gatewayOptions(crm.url, { admin: { port: 0 } });
  const gateway = createGateway(options);
  onTestFinished(gateway.close);
  const { adminUrl = '' } = await gateway.listen();
  const ready = async () => (await fetch(`${adminUrl}/readyz`)).status;
  expect(await ready()).toBe(200);
  expect(gateway.reload({ ...options, upstream: { url: `http://127.0.0.1:${await freePort()}` } }).ok).toBe(
    true,
  );
  expect(await ready()).toBe(200);
});
