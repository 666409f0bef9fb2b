import { join } from 'node:path';
import { makeSlowDisk, type SlowDisk } from '../../test/harness/slow-disk.ts';
import { measureBeside } from './beside.ts';
import {
  askForCodes,
  askingOptions,
  closeNote,
  forEach,
  type Outside,
  recordsOf,
  startOutside,
} from './codes.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import type { Running } from './server.ts';

const SYNC_MS = 5;
/** For counting syncs that are waited for in a row: each is so long that the rest is nothing beside it. */
const LONG_SYNC_MS = 50;
const SENDS = 50;

/** What a disk costs that takes its time, with ledger and audit on it as the default configuration has them. */
export async function measureSlowDisk(effort: Effort): Promise<readonly Outcome[]> {
  const disk = makeSlowDisk();
  if (!disk) {
    effort.onProgress('slow disk: left out, since there is no C compiler that could make one');
    return [];
  }
  const outside = await startOutside();
  try {
    return [
      await othersMeanwhile(disk, outside, effort),
      await sendsAtOnce(disk, outside, effort),
      ...(await syncsInARow(disk, outside, effort)),
    ];
  } finally {
    await outside.close();
    disk.remove();
  }
}

let files = 0;
function onDisk(folder: string): Pick<GatewayOptions, 'store' | 'audit'> {
  const path = join(folder, `slow-${files++}`);
  return {
    store: { kind: 'sqlite', path: `${path}.db` },
    audit: { kind: 'file', path: `${path}.jsonl` },
  };
}

async function withGateway<T>(
  outside: Outside,
  { folder }: Effort,
  changes: Partial<GatewayOptions>,
  env: Readonly<Record<string, string>>,
  task: (gateway: Running) => Promise<T>,
): Promise<T> {
  const gateway = await startGateway(folder, askingOptions(outside, changes), undefined, env);
  try {
    return await task(gateway);
  } finally {
    await gateway.stop();
  }
}

async function othersMeanwhile(disk: SlowDisk, outside: Outside, effort: Effort): Promise<Outcome> {
  return withGateway(outside, effort, onDisk(effort.folder), disk.env({ ms: SYNC_MS }), ({ url }) =>
    measureBeside(url, effort, {
      name: `p99 of unguarded GET beside 20 refusals that send at once, each sync ${SYNC_MS} ms, against none`,
      label: 'slow disk, beside 20 sends',
      begin: async (round) => {
        let isOver = false;
        let next = 1 + round * 1_000_000;
        const senders = Array.from({ length: 20 }, async () => {
          while (!isOver) await closeNote(url, String(next++));
        });
        return async () => {
          isOver = true;
          await Promise.all(senders);
        };
      },
    }),
  );
}

async function sendsAtOnce(disk: SlowDisk, outside: Outside, effort: Effort): Promise<Outcome> {
  const perSecond = async (changes: Partial<GatewayOptions>) =>
    withGateway(outside, effort, changes, disk.env({ ms: SYNC_MS }), async ({ url }) => {
      const figures: number[] = [];
      for (let round = 0; round <= effort.rounds; round++) {
        const started = performance.now();
        await forEach(recordsOf(SENDS * 2, 1 + round * 1000), SENDS, async (record) => {
          await closeNote(url, record);
        });
        if (round > 0) figures.push((SENDS * 2) / ((performance.now() - started) / 1000));
      }
      return medianOf(figures);
    });
  const slow = await perSecond({ ...onDisk(effort.folder), hashing: { queue: 1000 } });
  const memory = await perSecond({ hashing: { queue: 1000 } });
  effort.onProgress(`slow disk: ${slow.toFixed(1)} sends a second, in memory ${memory.toFixed(1)}`);
  return {
    name: `refusals that send, 50 at once, sqlite and audit, each sync ${SYNC_MS} ms, against memory`,
    figure: slow / memory,
    unit: 'ratio',
    goal: { atLeast: 0.85 },
    made: { 'on the disk': slow, 'in memory': memory },
  };
}

async function syncsInARow(disk: SlowDisk, outside: Outside, effort: Effort): Promise<readonly Outcome[]> {
  const sends: number[] = [];
  const codes: number[] = [];
  await withGateway(
    outside,
    effort,
    onDisk(effort.folder),
    disk.env({ ms: LONG_SYNC_MS }),
    async ({ url }) => {
      await askForCodes(url, recordsOf(1, 999_999));
      for (const record of recordsOf(Math.max(5, effort.rounds), 1)) {
        const asked = performance.now();
        await closeNote(url, record);
        const entered = performance.now();
        sends.push((entered - asked) / LONG_SYNC_MS);
        const status = await closeNote(url, record, outside.codeOf(record));
        if (status !== 200) throw new Error(`the code for ${record} was not taken: ${status}`);
        codes.push((performance.now() - entered) / LONG_SYNC_MS);
      }
    },
  );
  const inARow = (what: string, figures: readonly number[], atMost: number): Outcome => ({
    name: `syncs in a row of ${what}, as its latency shows`,
    figure: medianOf(figures),
    unit: 'ratio',
    goal: { atMost },
    made: {},
  });
  return [inARow('a send', sends, 8), inARow('a right code', codes, 9)];
}
