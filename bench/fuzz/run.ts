import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { corpusOf } from './corpus.ts';
import { createCrm } from './crm.ts';
import type { Answer, Question } from './gateway.ts';
import { mutate } from './mutate.ts';
import { diceOf } from './random.ts';

export type FuzzOptions = {
  readonly requests: number;
  readonly seed: number;
  readonly concurrency: number;
  /** How long the gateway may take to answer a request or to end its connection. */
  readonly deadlineMs: number;
  /** Called after each request. */
  readonly onProgress?: (done: number) => void;
};

export type FuzzReport = {
  /** What went wrong, each told with the number of the request; empty when all is well. */
  readonly faults: readonly string[];
  /** How often each status was answered; 0 is a connection that ended without an answer. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly rssBytes: { readonly early: number; readonly late: number };
};

const GROWTH_BYTES = 64 * 1024 * 1024;
const PLAIN_READ = Buffer.from('GET /api/DeliveryNotes/45 HTTP/1.1\r\nHost: crm.test\r\n\r\n');

/** The bytes of one of a seed's requests, so that what went wrong can be sent once more. */
export function requestOf(seed: number, index: number, corpus = corpusOf(seed)): Buffer {
  const dice = diceOf(Math.imul(seed, 0x9e3779b1) + index);
  return mutate(dice.pick(corpus), dice.pick(corpus), dice);
}

/** Sends mutated requests to a gateway in a process of its own, and tells what no request may bring about. */
export async function fuzz({
  requests,
  seed,
  concurrency,
  deadlineMs,
  onProgress,
}: FuzzOptions): Promise<FuzzReport> {
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const underWay = new Set<number>();
  const crm = createCrm((what) =>
    faults.push(`one of the requests ${[...underWay].join(', ')} delivered: ${what}`),
  );
  crm.listen(0, '127.0.0.1');
  await once(crm, 'listening');
  const url = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`;
  const child = fork(fileURLToPath(new URL('./gateway.ts', import.meta.url)), [url], {
    // A young generation and malloc arenas of fixed sizes: what grows then is held by somebody.
    execArgv: ['--expose-gc', '--max-semi-space-size=2'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  });
  let over = false;
  child.once('exit', (code, signal) => {
    if (!over) faults.push(`the gateway ended by itself: ${code ?? signal}`);
    over = true;
  });
  const port = await portOf(child);

  const corpus = corpusOf(seed);
  let next = 0;
  let done = 0;
  async function sendUntil(end: number): Promise<void> {
    while (next < end && !over) {
      const index = next++;
      underWay.add(index);
      const status = await send(port, requestOf(seed, index, corpus), deadlineMs);
      underWay.delete(index);
      if (status === 'late') faults.push(`request ${index} was not answered in ${deadlineMs} ms`);
      else statuses.set(status, (statuses.get(status) ?? 0) + 1);
      onProgress?.(++done);
    }
  }
  const together = (end: number) => Promise.all(Array.from({ length: concurrency }, () => sendUntil(end)));

  await together(Math.ceil(requests / 5));
  const early = over ? 0 : await memoryOf(child);
  await together(requests);
  const late = over ? 0 : await memoryOf(child);
  if (late - early > GROWTH_BYTES) faults.push(`the gateway grew from ${early} to ${late} bytes`);
  if (!over && (await send(port, PLAIN_READ, deadlineMs)) !== 200) faults.push('the gateway answers no more');
  if (!over) {
    over = true;
    child.send('close' satisfies Question);
    await once(child, 'exit');
  }
  crm.close();
  crm.closeAllConnections();
  return { faults, statuses, rssBytes: { early, late } };
}

async function portOf(child: ChildProcess): Promise<number> {
  const [answer] = (await once(child, 'message')) as [Answer];
  if (!('port' in answer)) throw new Error('the gateway did not tell its port');
  return answer.port;
}

async function memoryOf(child: ChildProcess): Promise<number> {
  child.send('memory' satisfies Question);
  const [answer] = (await once(child, 'message')) as [Answer];
  return 'rssBytes' in answer ? answer.rssBytes : 0;
}

/** The status of the first answer, 0 where the connection ends without one, `late` where neither happens in time. */
function send(port: number, bytes: Buffer, deadlineMs: number): Promise<number | 'late'> {
  const { promise, resolve } = Promise.withResolvers<number | 'late'>();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  const end = (outcome: number | 'late'): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(outcome);
  };
  const timer = setTimeout(() => end('late'), deadlineMs);
  const status = () => Number(/^HTTP\/1\.1 ([2-5]\d\d)/m.exec(text)?.[1] ?? 0);
  socket.on('data', (piece) => {
    text += piece.toString('latin1');
    if (status() > 0) end(status());
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, () => end(status()));
  socket.end(bytes);
  return promise;
}
