import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createTestGateway, type TestGateway, type TestOptions } from '../../src/testing.ts';
import { rawRequest, sendRaw } from './raw.ts';
import { type StandIn, startStandIn } from './stand-in.ts';

/** A gateway in front of a stand-in for a CRM, which the tests of a file share. */
export type SharedStage = {
  /** Sends JSON. */
  send(line: string, fields: object, headers?: readonly string[]): ReturnType<typeof sendRaw>;
  get(path: string, headers?: readonly string[]): ReturnType<typeof sendRaw>;
  /** What the CRM received in the test that runs. */
  received(): StandIn['received'];
  /** Of that, all that is no GET. */
  writes(): StandIn['received'];
  lastCode(address?: string): string | undefined;
};

/** Opens it before the first test of the file, and closes it after the last. Two hours go by before each of them: no limit is left over. */
export function shareStage(
  answer: Parameters<typeof startStandIn>[0],
  options: Omit<TestOptions, 'upstream'>,
): SharedStage {
  let crm: StandIn;
  let gateway: TestGateway;
  let port: number;
  let seen = 0;

  beforeAll(async () => {
    crm = await startStandIn(answer);
    gateway = createTestGateway({ upstream: { url: crm.url }, ...options });
    port = Number(new URL((await gateway.listen()).url).port);
  });

  afterAll(async () => {
    await gateway.close();
    await crm.close();
  });

  beforeEach(() => {
    seen = crm.received.length;
    gateway.clock.advance(7_200_000);
  });

  const received = () => crm.received.slice(seen);
  return {
    send: (line, fields, headers = []) =>
      sendRaw(port, rawRequest(line, ['Content-Type: application/json', ...headers], JSON.stringify(fields))),
    get: (path, headers = []) => sendRaw(port, rawRequest(`GET ${path}`, headers, '')),
    received,
    writes: () => received().filter(({ method }) => method !== 'GET'),
    lastCode: (address) => gateway.lastCode(address),
  };
}
