import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { type GatewayOptions, optionsFor, startGateway } from './gateway.ts';

/** A CRM of records that are there, and a provider that keeps each record's last code: both in this process. */
export type Outside = {
  readonly crm: string;
  readonly provider: string;
  codeOf(record: string): string | undefined;
  close(): Promise<void>;
};

export async function startOutside(): Promise<Outside> {
  const codes = new Map<string, string>();
  const crm = createServer((incoming, response) => {
    const id = incoming.url?.split('/').at(-1) ?? '';
    const record = JSON.stringify({ id, status: 'Open', email: `${id}@customer.test` });
    response.setHeader('content-type', 'application/json');
    incoming.resume().once('end', () => response.end(record));
  });
  const provider = createServer(async (incoming, response) => {
    const { data } = (await json(incoming)) as {
      readonly data: { readonly code: string; readonly record: string };
    };
    codes.set(data.record, data.code);
    response.writeHead(204).end();
  });
  const urls: string[] = [];
  for (const server of [crm, provider]) {
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    urls.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
  const [crmUrl = '', providerUrl = ''] = urls;
  return {
    crm: crmUrl,
    provider: providerUrl,
    codeOf: (record) => codes.get(record),
    async close() {
      for (const server of [crm, provider]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

const MOST = 1_000_000;

/** A rule that asks for a code when a note is closed, and limits that do not end the measurement. */
export function askingOptions(
  { crm, provider }: Outside,
  changes: Partial<ConfigInput> = {},
): GatewayOptions {
  return {
    ...optionsFor(crm, { rules: 0, modules: 1, when: true }),
    channels: {
      hook: { kind: 'webhook', address: 'email', url: provider, secret: { env: 'COUNTERSIGN_WEBHOOK' } },
    },
    limits: {
      address: { hour: MOST, day: MOST },
      caller: { hour: MOST, wrong: MOST },
      ip: { hour: MOST, wrong: MOST },
      total: { minute: MOST },
    },
    rules: [
      {
        id: 7,
        name: 'Closing',
        module: 'Notes',
        when: { changed_to: ['status', 'Closed'] },
        code: { maxAttempts: 100, validFor: '1h', resetAttemptsAfter: '1h', cooldown: '0s' },
        send: { to: [{ channel: 'hook', address: 'email' }] },
      },
    ],
    ...changes,
  };
}

/** A gateway that asks for codes, by its address, while the task runs. */
export async function withAskingGateway<T>(
  folder: string,
  task: (gateway: string) => Promise<T>,
): Promise<T> {
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside));
  try {
    return await task(gateway.url);
  } finally {
    await gateway.stop();
    await outside.close();
  }
}

const agent = new Agent({ connections: 64, pipelining: 1 });

/** Closes a note, with a code where there is one; gives the status. */
export async function closeNote(gateway: string, record: string, code?: string): Promise<number> {
  const { statusCode, body } = await request(`${gateway}/api/Notes/${record}`, {
    method: 'PUT',
    dispatcher: agent,
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer rep-1',
      ...(code === undefined ? {} : { 'otprules-otp-7': code }),
    },
    body: '{"status":"Closed"}',
  });
  await body.dump();
  return statusCode;
}

/** Runs the task for each record, so many at once. */
export async function forEach(
  records: readonly string[],
  atOnce: number,
  task: (record: string) => Promise<void>,
): Promise<void> {
  const left = [...records];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let record = left.shift(); record !== undefined; record = left.shift()) await task(record);
    }),
  );
}

/** Asks for a code for each record. */
export async function askForCodes(gateway: string, records: readonly string[]): Promise<void> {
  await forEach(records, 2, async (record) => {
    const status = await closeNote(gateway, record);
    if (status !== 428) throw new Error(`no code was sent for ${record}: ${status}`);
  });
}

export function recordsOf(count: number, first = 1): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}
