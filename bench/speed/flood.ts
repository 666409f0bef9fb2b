import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { askingOptions, startOutside } from './codes.ts';
import { startGateway } from './gateway.ts';
import { type Effort, medianOf, type Outcome } from './goal.ts';
import { measure } from './wrk.ts';

const PER_SECOND = 100;

/** A small body that grows when it is unpacked, and is no record: the dearest that somebody can send for little. */
const BODY = gzipSync(`{"status":"Closed","note":"${' '.repeat(1_000_000)}"}`);

/** What callers of other paths notice of somebody without a name who sends guarded saves as fast as they like. */
export async function measureFlood({
  folder,
  rounds,
  seconds,
  onProgress,
}: Effort): Promise<readonly Outcome[]> {
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside));
  const load = { method: 'GET', path: '/api/Other/%d' } as const;
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const calm: number[] = [];
  const flooded: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const before = await measure(gateway.url, load, seconds, folder);
      const open = new Set<Promise<unknown>>();
      const timer = setInterval(() => {
        const sent = request(`${gateway.url}/api/Notes/1`, {
          method: 'PUT',
          dispatcher: agent,
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
          body: BODY,
        })
          .then(({ body }) => body.dump())
          .finally(() => open.delete(sent));
        open.add(sent);
      }, 1000 / PER_SECOND);
      const during = await measure(gateway.url, load, seconds, folder);
      clearInterval(timer);
      await Promise.allSettled(open);
      if (round > 0) {
        calm.push(before.p99Ms);
        flooded.push(during.p99Ms);
      }
      onProgress(`flood: p99 ${before.p99Ms.toFixed(1)} ms, flooded ${during.p99Ms.toFixed(1)} ms`);
    }
  } finally {
    await agent.close();
    await gateway.stop();
    await outside.close();
  }
  return [
    {
      name: `p99 of unguarded GET beside ${PER_SECOND} guarded saves a second of nobody, of 1 MB in 1 KB, against none`,
      figure: medianOf(flooded) / medianOf(calm),
      unit: 'ratio',
      goal: { atMost: 2 },
      made: { 'ms without': medianOf(calm), 'ms flooded': medianOf(flooded) },
    },
  ];
}
