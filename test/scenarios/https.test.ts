import { renameSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGateway } from '../../src/gateway/gateway.ts';
import { createLog } from '../../src/system/log.ts';
import {
  certificate,
  privateKey,
  renewedCertificate,
  renewedKey,
} from '../channels/localhost-certificate.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder } from '../harness/world.ts';

const ca = [certificate, renewedCertificate];

async function openHttps() {
  const folder = openFolder();
  const tls = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  /** Each file appears whole, as certbot and Kubernetes do it. */
  const put = (cert: string, key: string) => {
    for (const [path, text] of [
      [tls.cert, cert],
      [tls.key, key],
    ] as const) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
  };
  put(certificate, privateKey);
  const crm = await openCrm();
  const logged: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void logged.push(line) } });
  const gateway = createGateway(gatewayOptions(crm.url, { listen: { port: 0, tls }, admin: { port: 0 } }), {
    log,
  });
  onTestFinished(gateway.close);
  const { url, adminUrl = '' } = await gateway.listen();
  const port = Number(new URL(url).port);
  return { crm, url, port, adminUrl, put, logged };
}

/** One request; gives the status and the serial number of the certificate that was served. */
async function ask(port: number, agent: Agent, method = 'GET', body?: string) {
  const asked = request({
    host: '127.0.0.1',
    port,
    path: '/api/DeliveryNotes/45',
    method,
    agent,
    ca,
    headers: { authorization: 'Bearer rep', ...(body && { 'content-type': 'application/json' }) },
  });
  asked.end(body);
  return new Promise<{ readonly status: number | undefined; readonly serialNumber: string }>(
    (resolve, reject) => {
      asked.once('error', reject).once('response', (response) => {
        const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
        textOf(response).then(() => resolve({ status: response.statusCode, serialNumber }), reject);
      });
    },
  );
}

/** What becomes of a handshake. */
function shakeHands(port: number, options: object): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca, ...options });
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
    socket.once('error', () => resolve('refused'));
  });
}

describe('HTTPS', () => {
  test('guards as plain HTTP does, and the CRM learns that it was HTTPS', async () => {
    const { crm, url, port } = await openHttps();
    expect(url).toMatch(/^https:/);
    const agent = new Agent();
    expect((await ask(port, agent, 'PUT', '{"status":"Delivered"}')).status).toBe(428);
    expect((await ask(port, agent)).status).toBe(200);
    expect(crm.saves).toEqual([]);
    const headers = new Map(crm.received.at(-1)?.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(headers.get('x-forwarded-proto')).toBe('https');
  });

  test('offers TLS 1.2 and 1.3, with forward secrecy only, and nothing older', async () => {
    const { port } = await openHttps();
    const only = (version: string) => ({
      minVersion: version,
      maxVersion: version,
      ciphers: 'ALL:@SECLEVEL=0',
    });
    expect(await shakeHands(port, only('TLSv1.3'))).toBe('TLSv1.3');
    expect(await shakeHands(port, only('TLSv1.2'))).toBe('TLSv1.2');
    expect(await shakeHands(port, only('TLSv1.1'))).toBe('refused');
    expect(await shakeHands(port, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256:AES256-SHA' })).toBe(
      'refused',
    );
    await expect(fetch(`http://127.0.0.1:${port}/api/DeliveryNotes/45`)).rejects.toThrow();
  });

  test('agrees on HTTP/1.1 with a client that can do HTTP/2, and refuses one that can do nothing else', async () => {
    const { port } = await openHttps();
    const agreed = (protocols: readonly string[]) =>
      new Promise<string | false | null>((resolve) => {
        const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: [...protocols] });
        socket.once('secureConnect', () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        });
        socket.once('error', () => resolve('refused'));
      });
    expect(await agreed(['h2', 'http/1.1'])).toBe('http/1.1');
    expect(await agreed(['h2'])).toBe('refused');
  });

  test('serves a renewed certificate under load, and loses no request', async () => {
    const { port, adminUrl, put } = await openHttps();
    const keptAlive = new Agent({ keepAlive: true });
    const answers: { readonly status: number | undefined; readonly serialNumber: string }[] = [];
    const failures: unknown[] = [];
    let isOver = false;
    const load = async (agentOf: () => Agent) => {
      while (!isOver) {
        await ask(port, agentOf()).then(
          (answer) => answers.push(answer),
          (failure) => failures.push(failure),
        );
        await pause(5);
      }
    };
    const all = Promise.all([load(() => new Agent()), load(() => new Agent()), load(() => keptAlive)]);
    const first = await ask(port, new Agent());
    put(renewedCertificate, renewedKey);
    while ((await ask(port, new Agent())).serialNumber === first.serialNumber) await pause(50);
    const count = answers.length;
    while (answers.length < count + 20) await pause(20);
    isOver = true;
    await all;
    keptAlive.destroy();
    expect(failures).toEqual([]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ serialNumber }) => serialNumber)).size).toBe(2);
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/countersign_tls_certificate_not_after_timestamp_seconds \d{10}/);
  });

  test('keeps the last good certificate where the new one does not go with the key', async () => {
    const { port, put, logged } = await openHttps();
    const { serialNumber } = await ask(port, new Agent());
    put(renewedCertificate, privateKey);
    await until(() => logged.some((line) => line.includes('the last good ones stay')));
    expect(await ask(port, new Agent())).toEqual({ status: 200, serialNumber });
    put(renewedCertificate, renewedKey);
    while ((await ask(port, new Agent())).serialNumber === serialNumber) await pause(50);
  });
});
