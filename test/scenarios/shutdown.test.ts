import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { certificate, privateKey } from '../channels/localhost-certificate.ts';
import type { Crm } from '../harness/crm.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openRaw } from '../harness/raw.ts';
import { NOTE, repOf } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

async function open(
  shutdown: NonNullable<ConfigInput['shutdown']>,
  more: Pick<Partial<ConfigInput>, 'listen'> = {},
) {
  const crm = await openCrm();
  const gateway = createGateway(gatewayOptions(crm.url, { admin: { port: 0 }, shutdown, ...more }));
  const { url, adminUrl = '' } = await gateway.listen();
  onTestFinished(gateway.close);
  const readiness = async () => (await fetch(`${adminUrl}/readyz`)).status;
  return { crm, gateway, rep: repOf(url), readiness, adminUrl, url };
}

/** A connection on which nothing is said after it is open. */
async function openSilent(url: string, shakesHands = false): Promise<{ readonly isOver: Promise<unknown> }> {
  const place = { host: '127.0.0.1', port: Number(new URL(url).port) };
  const socket = shakesHands ? connectTls({ ...place, ca: certificate }) : connect(place);
  onTestFinished(() => void socket.destroy());
  await once(socket, shakesHands ? 'secureConnect' : 'connect');
  return { isOver: once(socket.resume(), 'close') };
}

/** Lets the CRM keep the next save until it is let go. */
function hold(crm: Crm): { readonly arrived: Promise<void>; release(): void } {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  crm.answerWith(async (_request, response) => {
    arrived.resolve();
    await released.promise;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return { arrived: arrived.promise, release: released.resolve };
}

const free = { note: 'no rule applies to this' };

describe('a gateway that is asked to stop', () => {
  test('is unready at once, finishes what is under way, takes nothing new, and closes', async () => {
    const { crm, gateway, rep, readiness, url, adminUrl } = await open({});
    const held = hold(crm);
    expect(await readiness()).toBe(200);
    const saving = rep.call('PUT', NOTE, free);
    await held.arrived;
    const closing = gateway.close();
    expect(await readiness()).toBe(503);
    await expect(fetch(url)).rejects.toThrow();
    held.release();
    expect((await saving).status).toBe(200);
    await closing;
    await expect(fetch(adminUrl)).rejects.toThrow();
  });

  test('takes nothing new once the drain delay is over', async () => {
    const { gateway, rep } = await open({ drainDelay: '50ms' });
    await gateway.close();
    await expect(rep.call('PUT', NOTE, free)).rejects.toThrow();
  });

  test('cuts what is still under way when the time is over', async () => {
    const { crm, gateway, rep } = await open({ timeout: '100ms' });
    const held = hold(crm);
    const saving = rep.call('PUT', NOTE, free).catch(() => 'cut');
    await held.arrived;
    await gateway.close();
    expect(await saving).toBe('cut');
    held.release();
  });

  test('does not wait for a connection on which nothing was said, and does for the rest of a request', async () => {
    const { crm, gateway, rep, url } = await open({ timeout: '10m' });
    const silent = await openSilent(url);
    const slow = await openRaw(Number(new URL(url).port));
    const body = JSON.stringify(free);
    slow.send(`PUT ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Length: ${body.length}\r\n`);
    // When this is answered, the gateway has read what was sent before it.
    expect((await rep.call('PUT', NOTE, free)).status).toBe(200);
    const closing = gateway.close();
    await silent.isOver;
    slow.send(`Content-Type: application/json\r\nAuthorization: Bearer rep\r\n\r\n${body}`);
    expect((await slow.answer()).status).toBe(200);
    expect(crm.saves).toHaveLength(2);
    await closing;
  });

  test('does not wait for one on which nothing but a handshake was said', async () => {
    const folder = openFolder();
    const tls = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
    writeFileSync(tls.cert, certificate);
    writeFileSync(tls.key, privateKey);
    const { gateway, url } = await open({ timeout: '10m' }, { listen: { port: 0, tls } });
    const silent = [await openSilent(url, true), await openSilent(url)];
    await gateway.close();
    await Promise.all(silent.map(({ isOver }) => isOver));
  });

  test('closes once, however often it is asked', async () => {
    const { gateway } = await open({});
    await Promise.all([gateway.close(), gateway.close()]);
    await gateway.close();
  });
});

describe('a process', () => {
  async function start(shutdown: NonNullable<ConfigInput['shutdown']> = {}) {
    const crm = await openCrm();
    const { secret: _, log: __, ...options } = gatewayOptions(crm.url, { admin: { port: 0 }, shutdown });
    const process = await serve(openFolder(), options);
    const [, adminUrl = ''] = /"adminUrl":"([^"]+)"/.exec(process.output()) ?? [];
    const readiness = async () => (await fetch(`${adminUrl}/readyz`)).status;
    return { crm, process, readiness };
  }

  test('goes on serving for the drain delay, unready', async () => {
    const { process, readiness } = await start({ drainDelay: '10m' });
    expect(await readiness()).toBe(200);
    void process.stop();
    await until(() => process.output().includes('countersign is closing'));
    expect(await readiness()).toBe(503);
    expect((await process.rep.call('PUT', NOTE, free)).status).toBe(200);
  });

  test('that is told to stop answers what is under way, and ends with 0', async () => {
    const { crm, process, readiness } = await start();
    const held = hold(crm);
    const saving = process.rep.call('PUT', NOTE, free);
    await held.arrived;
    const stopping = process.stop();
    await until(() => process.output().includes('countersign is closing'));
    expect(await readiness()).toBe(503);
    held.release();
    expect((await saving).status).toBe(200);
    expect(await stopping).toBe(0);
  });

  test('that is told twice does not wait, and ends with 1', async () => {
    const { crm, process } = await start();
    const held = hold(crm);
    const saving = process.rep.call('PUT', NOTE, free).catch(() => 'cut');
    await held.arrived;
    const first = process.stop();
    await until(() => process.output().includes('countersign is closing'));
    expect(await process.stop()).toBe(1);
    await first;
    expect(await saving).toBe('cut');
    held.release();
  });
});
