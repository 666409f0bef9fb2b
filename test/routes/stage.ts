import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { forwardedOf } from '../attacks/stage.ts';
import { runHere } from '../cli/run-here.ts';
import { type Crm, type Received, startCrm } from '../harness/crm.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { freePort } from '../harness/free-port.ts';
import { type FrontName, startFrontProxy } from '../harness/front-proxies.ts';
import { openRaw, type RawAnswer } from '../harness/raw.ts';

/** A front proxy with a generated file, the gateway behind it, and a CRM with a door for each of the two. */
export type FrontStage = {
  /** The door that the gateway asks. */
  readonly behind: Crm;
  /** The door that the front proxy asks. */
  readonly straight: Crm;
  readonly gatewayPort: number;
  readonly port: number;
  /** One whole request on a connection of its own, and what arrived by each of the doors until it was answered. */
  send(bytes: Uint8Array, port?: number): Promise<Sent>;
  /** The same of bytes that may never be a whole request: after a while nobody waits for the answer any more. */
  attack(bytes: Uint8Array): Promise<Sent>;
  close(): Promise<void>;
};

export type Sent = {
  readonly answer: RawAnswer | undefined;
  readonly behind: readonly Received[];
  readonly straight: readonly Received[];
};

/** How long an attack is waited for: some are never whole to a proxy, which waits for the rest of them. */
const PATIENCE_MS = 2000;

export async function openFront(
  name: FrontName,
  folder: string,
  changes: Partial<TestOptions> = {},
): Promise<FrontStage> {
  const behind = await startCrm();
  const straight = await startCrm();
  for (const crm of [behind, straight])
    crm.answerWith((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":"45","status":"Created","email":"ann@example.com"}');
    });
  const gateway = createTestGateway({
    ...gatewayOptions(behind.url),
    trustedProxies: ['127.0.0.1'],
    ...changes,
  } as TestOptions);
  const gatewayUrl = (await gateway.listen()).url;
  const port = await freePort();
  const file = await generated(folder, name, port, gatewayUrl, straight.url, changes);
  const proxy = await startFrontProxy(name, file, port);
  const gatewayPort = Number(new URL(gatewayUrl).port);
  async function put(bytes: Uint8Array, to: number, given?: Promise<undefined>): Promise<Sent> {
    const before = [behind.received.length, straight.received.length] as const;
    const client = await openRaw(to);
    client.send(bytes);
    const isHead = Buffer.from(bytes.subarray(0, 5)).toString() === 'HEAD ';
    const answering = client.answer(isHead);
    const answer = await (given ? Promise.race([answering, given]) : answering);
    client.close();
    return {
      answer,
      behind: behind.received.slice(before[0]),
      straight: straight.received.slice(before[1]),
    };
  }
  return {
    behind,
    straight,
    port,
    gatewayPort,
    send: (bytes, to = port) => put(bytes, to),
    attack: (bytes) => put(bytes, port, pause(PATIENCE_MS, undefined)),
    async close() {
      await proxy.stop();
      await gateway.close();
      await behind.close();
      await straight.close();
    },
  };
}

/** What the command prints for this configuration. */
export async function generated(
  folder: string,
  format: string,
  port: number,
  gateway: string,
  upstream: string,
  changes: Partial<TestOptions> = {},
): Promise<string> {
  const config = join(folder, 'countersign.yaml');
  const options = { ...gatewayOptions('http://127.0.0.1:3000'), ...changes };
  writeFileSync(config, stringify({ ...options, secret: { env: 'COUNTERSIGN_SECRET' } }));
  const words = ['routes', '--format', format, '--listen', `127.0.0.1:${port}`, '-c', config];
  const { code, out, err } = await runHere([...words, '--gateway', gateway, '--upstream', upstream]);
  expect([code, err]).toEqual([0, '']);
  return out;
}

/** The parts of a request that a proxy has no business with: its first line and its body. */
export const essenceOf = (request: Received) => {
  const { method, path, query, body } = forwardedOf(request);
  return { method, path, query, body: body.toString('latin1') };
};
