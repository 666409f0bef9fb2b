import { get, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { createTestGateway, type TestGateway, type TestOptions } from '../../src/testing.ts';
import { type Crm, startCrm } from '../harness/crm.ts';
import { deliveryOptions, NO_LIMITS } from '../harness/delivery.ts';
import { type RawAnswer, rawRequest, sendRaw } from '../harness/raw.ts';
import { type Rep, repOf } from '../harness/rep.ts';

export const TOKEN = 'the-token-of-the-console-of-tests';

/** A gateway with a console, before the recording CRM. */
export type ConsoleStage = {
  readonly gateway: TestGateway;
  readonly crm: Crm;
  readonly rep: Rep;
  readonly url: string;
  readonly adminUrl: string;
  /** One request to the admin listener, past all that a client would mend. */
  raw(line: string, headers?: readonly string[], body?: string): Promise<RawAnswer>;
  /** What the API answers to who has the token. */
  api(path: string): Promise<Record<string, unknown>>;
  close(): Promise<void>;
};

export async function startConsole(
  admin: object = {},
  changes: Partial<TestOptions> = {},
): Promise<ConsoleStage> {
  const crm = await startCrm();
  const gateway = createTestGateway(
    deliveryOptions(crm.url, {
      limits: NO_LIMITS,
      admin: { port: 0, token: TOKEN, console: true, ...admin },
      ...changes,
    } as Partial<TestOptions>),
  );
  const { url, adminUrl = '' } = await gateway.listen();
  const { port } = new URL(adminUrl);
  return {
    gateway,
    crm,
    rep: repOf(url),
    url,
    adminUrl,
    raw: (line, headers = [], body = '') => {
      const host = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: 127.0.0.1:${port}`];
      return sendRaw(Number(port), rawRequest(line, [...host, ...headers], body));
    },
    async api(path) {
      const answer = await ask(`${adminUrl}/console/api/${path}`, { authorization: `Bearer ${TOKEN}` });
      return JSON.parse(answer.text) as Record<string, unknown>;
    },
    async close() {
      await gateway.close();
      await crm.close();
    },
  };
}

/** The same, which goes when the test is over. */
export async function openConsole(...words: Parameters<typeof startConsole>): Promise<ConsoleStage> {
  const stage = await startConsole(...words);
  onTestFinished(stage.close);
  return stage;
}

/** A GET on a connection of its own: one that was kept may be closed while a test waits for a program. */
export function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, async (response) => {
      const body = await text(response);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: body });
    }).once('error', reject);
  });
}
