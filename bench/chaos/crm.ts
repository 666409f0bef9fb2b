import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Dice } from '../fuzz/random.ts';
import type { Arrival } from './history.ts';

export type ChaosCrm = {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Answers everything as it should be from now on. */
  calm(): void;
  close(): Promise<void>;
};

/** Longer than a gateway waits. */
const STALL_MS = 4500;

type Mood =
  | 'save'
  | 'refuse'
  | 'fail'
  | 'cut before saving'
  | 'cut after saving'
  | 'stall before saving'
  | 'stall after saving';

/** What a CRM does with a save: two of three times what it should. */
const MOODS: readonly [Mood, ...Mood[]] = [
  'refuse',
  'fail',
  'cut before saving',
  'cut after saving',
  'stall before saving',
  'stall after saving',
  ...Array.from({ length: 12 }, () => 'save' as const),
];

/** A CRM in which every record exists, which writes down every save that arrives, and now and then fails it. */
export async function startChaosCrm(dice: Dice, now: () => number): Promise<ChaosCrm> {
  const arrivals: Arrival[] = [];
  let isCalm = false;

  function take(id: string, body: string, response: ServerResponse): void {
    const mood = isCalm ? 'save' : dice.pick(MOODS);
    const fields = JSON.parse(body) as { readonly ref: string; readonly note: string };
    const saved = mood === 'save' || mood === 'cut after saving' || mood === 'stall after saving';
    arrivals.push({ record: id, ...fields, at: now(), saved, refused: mood === 'refuse' });
    if (mood === 'save') answer(response, 200, { id, ...fields });
    else if (mood === 'refuse') answer(response, 422, { error: 'not like this' });
    else if (mood === 'fail') answer(response, 500, { error: 'it broke' });
    else if (mood.startsWith('cut')) response.socket?.destroy();
    else setTimeout(() => response.socket?.destroy(), STALL_MS).unref();
  }

  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const id = request.url?.split('/').at(-1) ?? '';
    if (request.method === 'PATCH') take(id, body, response);
    else answer(response, 200, { id, status: 'Created', email: `${id}@example.com` });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    calm() {
      isCalm = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
