import { Agent, get, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { startOutside } from './codes.ts';
import { MAIN, optionsFor, startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import { freePort, type Running } from './server.ts';
import { measure } from './wrk.ts';

const DECISIONS_A_MINUTE = 10_000;
const TICK_MS = 60;
/** More than the console keeps, and than the heap of either takes to get its size. */
const WARM_UP = 20_000;
const READERS = 3;
const TOKEN = 'the-token-of-the-console';

/**
 * What callers of unguarded paths notice of an open console, while 10,000 saves a minute are decided: the p99 of their GETs with it,
 * against the p99 of a gateway that has none and decides as many. And what it takes of memory once it is full.
 */
export async function measureConsole(effort: Effort): Promise<readonly Outcome[]> {
  const { folder, rounds, seconds, onProgress } = effort;
  const outside = await startOutside();
  const port = await freePort();
  const options = optionsFor(outside.crm, {
    rules: 1,
    modules: 1,
    when: { changed_to: ['status', 'Closed'] },
  });
  const admin = { host: '127.0.0.1', port, token: { env: 'ADMIN_TOKEN' }, console: true };
  const without = await startGateway(folder, options);
  const withConsole = await startGateway(folder, { ...options, admin }, MAIN, { ADMIN_TOKEN: TOKEN });
  const closeConsole = openConsole(`http://127.0.0.1:${port}`);
  try {
    const all = [without, withConsole];
    for (const gateway of all) await decide(gateway, WARM_UP);
    const p99s: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      // Each is first in every other round.
      for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
        const gateway = all[index] ?? without;
        const end = decideSteadily(gateway);
        const { p99Ms } = await measure(
          gateway.url,
          { method: 'GET', path: '/api/Other/%d' },
          seconds,
          folder,
        );
        const failures = await end();
        if (failures > 0) throw new Error(`${failures} saves were not decided`);
        // The first round warms up.
        if (round > 0) p99s[index as 0 | 1].push(p99Ms);
        onProgress(`${index === 0 ? 'no console' : 'an open console'}: p99 ${p99Ms.toFixed(1)} ms`);
      }
    }
    const [plain, full] = [without.memoryMb().now, withConsole.memoryMb().now];
    const [calm, open] = [medianOf(p99s[0]), medianOf(p99s[1])];
    return [
      {
        name: 'unguarded p99 beside an open console and 10,000 decisions a minute',
        figure: open / calm,
        unit: 'ratio',
        goal: { atMost: 1.1 },
        made: { 'ms without': calm, 'ms with it': open },
      },
      {
        name: 'memory that a console takes that is full and open, after as many decisions',
        figure: full - plain,
        unit: 'MB',
        goal: { atMost: 16 },
        made: { 'MB without': plain, 'MB with it': full },
      },
    ];
  } finally {
    closeConsole();
    await without.stop();
    await withConsole.stop();
    await outside.close();
  }
}

/** Readers of the stream, as browsers are. */
function openConsole(url: string): () => void {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const readers = Array.from({ length: READERS }, () =>
    get(`${url}/console/api/decisions/stream`, { agent: false, headers }, (answer) => {
      if (answer.statusCode !== 200) throw new Error(`the console answered ${answer.statusCode}`);
      answer.resume();
    }).on('error', () => undefined),
  );
  return () => {
    for (const reader of readers) reader.destroy();
  };
}

/** Saves at an even pace, until what it gives is called, which gives how many were not decided. */
function decideSteadily(gateway: Running): () => Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const asked: Promise<boolean>[] = [];
  const started = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 60_000) * DECISIONS_A_MINUTE;
    while (asked.length < due) asked.push(save(gateway, asked.length, agent));
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    const decided = await Promise.all(asked);
    agent.destroy();
    return decided.filter((isDecided) => !isDecided).length;
  };
}

async function decide(gateway: Running, many: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  for (let sent = 0; sent < many; sent += 100)
    await Promise.all(Array.from({ length: 100 }, (_, index) => save(gateway, sent + index, agent)));
  agent.destroy();
}

/** A guarded save that passes. */
function save({ url }: Running, turn: number, agent: Agent): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer rep-1' };
    const outgoing = request(`${url}/api/Notes/${(turn % 500) + 1}`, { method: 'PUT', agent, headers });
    outgoing.once('error', () => resolve(false));
    outgoing.once('response', async (answer) => {
      await text(answer).catch(() => '');
      resolve(answer.statusCode === 200);
    });
    outgoing.end('{"status":"Open"}');
  });
}
