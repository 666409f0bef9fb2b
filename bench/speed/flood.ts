import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { measureBeside } from './beside.ts';
import { withAskingGateway } from './codes.ts';
import type { Effort, Outcome } from './goal.ts';

const PER_SECOND = 100;

/** A small body that grows when it is unpacked, and is no record: the dearest that somebody can send for little. */
const BODY = gzipSync(`{"status":"Closed","note":"${' '.repeat(1_000_000)}"}`);

/** What callers of other paths notice of somebody without a name who sends guarded saves as fast as they like. */
export async function measureFlood(effort: Effort): Promise<readonly Outcome[]> {
  const outcome = await withAskingGateway(effort.folder, (gateway) =>
    measureBeside(gateway, effort, {
      name: `p99 of unguarded GET beside ${PER_SECOND} guarded saves a second of nobody, of 1 MB in 1 KB, against none`,
      label: 'flood',
      begin: async () => flood(gateway),
    }),
  );
  return [outcome];
}

/** Sends saves at that rate until it is told to stop. */
function flood(gateway: string): () => Promise<void> {
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const open = new Set<Promise<unknown>>();
  const timer = setInterval(() => {
    const sent = request(`${gateway}/api/Notes/1`, {
      method: 'PUT',
      dispatcher: agent,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: BODY,
    })
      .then(({ body }) => body.dump())
      .finally(() => open.delete(sent));
    open.add(sent);
  }, 1000 / PER_SECOND);
  return async () => {
    clearInterval(timer);
    await Promise.allSettled(open);
    await agent.close();
  };
}
