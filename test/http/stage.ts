import { expect, onTestFinished } from 'vitest';
import { createTestGateway, type TestGateway, type TestOptions } from '../../src/testing.ts';
import { type Crm, type CrmOptions, type Received, startCrm } from '../harness/crm.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { openRaw, type RawAnswer, type RawClient, rawRequest, sendRaw } from '../harness/raw.ts';

export const JSON_TYPE = 'Content-Type: application/json';
export const DELIVERED = '{"status":"Delivered"}';
/** A save about which no rule speaks. */
export const HARMLESS = '{"notes":"left at reception"}';
export const NOTE = '/api/DeliveryNotes/45';

/** A gateway with the delivery rule in front of the recording CRM; both end with the test. */
export type Stage = {
  readonly crm: Crm;
  readonly gateway: TestGateway;
  readonly port: number;
  open(): Promise<RawClient>;
  /** One request on a connection of its own. */
  send(line: string, headers?: readonly string[], body?: string | Uint8Array): Promise<RawAnswer>;
  /** Asks for a code with a save, and gives it. */
  codeFor(body: string): Promise<string>;
};

export async function stage(changes: Partial<TestOptions> = {}, records: CrmOptions = {}): Promise<Stage> {
  const crm = await startCrm(records);
  const gateway = createTestGateway(deliveryOptions(crm.url, changes));
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await crm.close();
    await gateway.close();
  });
  const port = Number(new URL(url).port);
  const send: Stage['send'] = (line, headers = [], body = '') =>
    sendRaw(port, rawRequest(line, headers, body));
  return {
    crm,
    gateway,
    port,
    async open() {
      const client = await openRaw(port);
      onTestFinished(client.close);
      return client;
    },
    send,
    async codeFor(body) {
      await send(`PUT ${NOTE}`, [JSON_TYPE], body);
      return gateway.lastCode() ?? 'no code was sent';
    },
  };
}

/** The values of a header that the CRM got, as they stood. */
export function valuesOf({ headers }: Received, name: string): readonly string[] {
  return headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/** Sends the save that has a code to wait for; nothing of it may arrive in any form. */
export async function refused(
  stage: Stage,
  line: string,
  headers: readonly string[],
  body: string | Uint8Array,
) {
  const answer = await stage.send(line, headers, body);
  expect(stage.crm.saves).toEqual([]);
  return answer;
}
