import { once } from 'node:events';
import { connect } from 'node:net';
import { serverAt } from '../channels/http-settings.ts';
import type { Snapshot } from '../config/compile/snapshot.ts';
import type { HostPort } from '../kinds/kind.ts';
import type { Shared } from './generation.ts';

/** Something outside that guarded saves need. */
export type NamedHost = HostPort & { readonly name: string };

/** The CRM, and the servers by which rules that are enforced send; without what was brought along, and is somebody else's. */
export function placesOf(
  { upstream, upstreams, channels, rules }: Snapshot,
  brought: Pick<Shared, 'upstream' | 'channels'>,
): readonly NamedHost[] {
  const crms = [upstream, ...upstreams].map(({ url, name }, index) => {
    const what = index === 0 ? 'the CRM' : `the CRM ${name}`;
    return { name: what, ...serverAt(url) };
  });
  const enforced = rules.filter(({ mode }) => mode === 'enforce');
  const used = new Set(enforced.flatMap(({ send }) => send.to.map(({ channel }) => channel)));
  const servers = channels
    .filter(({ name }) => used.has(name) && !brought.channels.has(name))
    .flatMap(({ name, place }) => (place ? [{ name: `the channel ${name}`, ...place }] : []));
  return [...(brought.upstream ? [] : crms), ...servers];
}

/**
 * Tells which places took no connection yet. Once all of them did it asks no more: what fails later is told by the answers to those
 * who need it, and is no reason to keep everybody else's traffic away.
 */
export function createStartupChecks(places: () => readonly NamedHost[]): () => Promise<readonly string[]> {
  const reached = new Set<string>();
  let isOver = false;
  return async () => {
    if (isOver) return [];
    const waiting = places().filter((place) => !reached.has(addressOf(place)));
    await Promise.all(
      waiting.map(async (place) => {
        if (await takesConnections(place)) reached.add(addressOf(place));
      }),
    );
    const missing = waiting.filter((place) => !reached.has(addressOf(place))).map(({ name }) => name);
    isOver = missing.length === 0;
    return missing;
  };
}

const addressOf = ({ host, port }: NamedHost) => `${host}\n${port}`;

/** Shorter than probes wait. */
const CONNECT_MS = 700;

/** Whether something accepts connections there. */
export async function takesConnections({ host, port }: HostPort, withinMs = CONNECT_MS): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(withinMs) });
    return true;
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}
