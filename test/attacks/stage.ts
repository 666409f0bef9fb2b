import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type Answer, type Crm, STORED, startCrm } from '../harness/crm.ts';
import { deliveryOptions } from '../harness/delivery.ts';
import { openRaw, type RawAnswer } from '../harness/raw.ts';
import { deliveredTo } from './readers/all.ts';
import type { Forwarded } from './readers/reader.ts';

/** A gateway that many attacks share, and the CRM behind it, which says yes to everything. */
export type Stage = {
  readonly gateway: TestGateway;
  readonly crm: Crm;
  /** Puts bytes on a connection of their own; gives the answer and what reached the CRM meanwhile. */
  send(bytes: Uint8Array): Promise<{ readonly answer: RawAnswer; readonly arrived: readonly Forwarded[] }>;
  close(): Promise<void>;
};

export async function openStage(changes: Parameters<typeof deliveryOptions>[1] = {}): Promise<Stage> {
  const crm = await startCrm();
  crm.answerWith(agreeable);
  const gateway = createTestGateway(
    deliveryOptions(crm.url, { passthrough: ['/api/Contacts/**'], ...changes }),
  );
  const port = Number(new URL((await gateway.listen()).url).port);
  return {
    gateway,
    crm,
    async send(bytes) {
      const before = crm.received.length;
      const client = await openRaw(port);
      client.send(bytes);
      client.finish();
      const answer = await client.answer();
      client.close();
      return { answer, arrived: crm.received.slice(before).map(forwardedOf) };
    },
    async close() {
      await gateway.close();
      await crm.close();
    },
  };
}

/** Shows record 45 under every spelling of its id that a database takes for it, and keeps it as it is. */
const agreeable: Answer = ({ method, path }, response) => {
  const isKnown = Number.parseInt(decodeURIComponent(/[^/?]*(?=\?|$)/.exec(path)?.[0] ?? ''), 10) === 45;
  response.writeHead(method === 'GET' && !isKnown && path.startsWith('/api/D') ? 404 : 200, {
    'content-type': 'application/json',
  });
  response.end(JSON.stringify({ ...STORED, status: 'Created' }));
};

export function forwardedOf({ method, path, headers, body }: Crm['received'][number]): Forwarded {
  const mark = path.indexOf('?');
  return mark < 0
    ? { method, path, query: '', headers, body }
    : { method, path: path.slice(0, mark), query: path.slice(mark + 1), headers, body };
}

/** What arrived at the CRM as a delivery, told so that a person sees how. Empty where nothing slipped past. */
export function slipped(arrived: readonly Forwarded[]): readonly string[] {
  return arrived.flatMap((request) => {
    const readers = deliveredTo(request);
    if (readers.length === 0) return [];
    const { method, path, query, headers, body } = request;
    const head = headers.map(([name, value]) => `${name}: ${value}`).join(' | ');
    return [
      `to ${readers.join(', ')}: ${method} ${path}?${query} | ${head} | ${JSON.stringify(body.toString('latin1'))}`,
    ];
  });
}
