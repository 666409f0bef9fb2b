import { Agent, request } from 'undici';
import type { Dice } from '../fuzz/random.ts';
import type { ChaosGateway } from './gateways.ts';
import { type Asked, SILENCE } from './history.ts';

/** What a save of the load says, and with which code. */
export type Attempt = Pick<Asked, 'record' | 'ref' | 'note' | 'code' | 'isHonest'>;

export type Client = {
  /** Every save that was sent with a code, and what was answered. */
  readonly asked: readonly Asked[];
  /** What was answered to reads that no rule concerns: how often each status. */
  readonly reads: ReadonlyMap<number, number>;
  save(attempt: Attempt): Promise<Asked>;
  /** A save without a code, which sends one; gives the status, 0 where the connection ended. */
  saveWithoutCode(record: string, ref: string): Promise<number>;
  /** Asks for a code by hand. */
  askForCode(record: string, ref: string): Promise<number>;
  read(): Promise<void>;
  close(): Promise<void>;
};

/** Longer than anything that a gateway waits for. */
const DEADLINE_MS = 20_000;

type Reply = { readonly status: number; readonly headers: Readonly<Record<string, unknown>> };

/** A client that takes any of the gateways for each request, and writes down what was answered. */
export function openClient(
  gateways: readonly [ChaosGateway, ...ChaosGateway[]],
  dice: Dice,
  now: () => number,
): Client {
  const agent = new Agent({ connections: 64, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const asked: Asked[] = [];
  const reads = new Map<number, number>();

  async function call(
    method: 'GET' | 'PATCH' | 'POST',
    path: string,
    body?: object,
    code?: string,
  ): Promise<Reply> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    try {
      const answer = await request(dice.pick(gateways).url + path, {
        method,
        dispatcher: agent,
        signal,
        headers: {
          authorization: 'Bearer rep',
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(code === undefined ? {} : { 'otprules-otp-7': code }),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      await answer.body.dump();
      return { status: answer.statusCode, headers: answer.headers };
    } catch {
      return { status: signal.aborted ? SILENCE : 0, headers: {} };
    }
  }

  return {
    asked,
    reads,
    async save(attempt) {
      const { record, ref, note, code } = attempt;
      const sentAt = now();
      const { status, headers } = await call('PATCH', pathOf(record), fieldsOf(ref, note), code);
      const [result, fate] = ['otprules-result', 'otprules-code'].map((name) => headers[name]);
      const one = {
        ...attempt,
        sentAt,
        answeredAt: now(),
        status,
        result: typeof result === 'string' ? result : null,
        fate: typeof fate === 'string' ? fate : null,
      };
      asked.push(one);
      return one;
    },
    saveWithoutCode: async (record, ref) =>
      (await call('PATCH', pathOf(record), fieldsOf(ref, 'none'))).status,
    askForCode: async (record, ref) =>
      (
        await call('POST', `/_countersign/rules/7/records/${record}/code`, {
          values: { status: 'Delivered', ref },
        })
      ).status,
    async read() {
      const { status } = await call('GET', pathOf('any'));
      reads.set(status, (reads.get(status) ?? 0) + 1);
    },
    close: () => agent.destroy(),
  };
}

function pathOf(record: string): string {
  return `/api/DeliveryNotes/${record}`;
}

function fieldsOf(ref: string, note: string): object {
  return { status: 'Delivered', ref, note };
}
