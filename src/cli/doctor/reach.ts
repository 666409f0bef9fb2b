import type { Snapshot, UpstreamConfig } from '../../config/compile/snapshot.ts';
import { UpstreamFault } from '../../core/saving/upstream-fault.ts';
import { openChannel, openStore } from '../../gateway/adapters.ts';
import { takesConnections } from '../../gateway/startup-checks.ts';
import { systemClock } from '../../system/clock.ts';
import { createLog } from '../../system/log.ts';
import { createClient } from '../../upstream/client.ts';
import { type CheckResult, fault, note, ok } from './check-result.ts';

const SILENT = createLog({ level: 'silent' });

/** Whether each CRM answers at all: a GET of its base address, without credentials. */
export function reachCrms({ upstream, upstreams, body }: Snapshot): Promise<readonly CheckResult[]> {
  return Promise.all([
    reachCrm('the CRM', upstream, body),
    ...upstreams.map((other) => reachCrm(`the CRM ${other.name}`, other, body)),
  ]);
}

async function reachCrm(
  what: string,
  upstream: UpstreamConfig,
  body: Snapshot['body'],
): Promise<CheckResult> {
  const client = createClient({ ...upstream, answerLimitBytes: body.recordBytes });
  try {
    const { status, body: rest } = await client.request({
      method: 'GET',
      path: '/',
      headers: HEADERS,
      body: null,
    });
    rest.giveUp();
    return ok(`${what} answers at ${upstream.url} (${status})`);
  } catch (error) {
    if (!(error instanceof UpstreamFault)) throw error;
    return fault(`${what} at ${upstream.url} gives no answer: ${causeOf(error)}`);
  } finally {
    await client.close(0);
  }
}

const HEADERS = [
  ['accept', '*/*'],
  ['user-agent', 'countersign'],
] as const;

/** Whether the store can be read as a gateway reads it. */
export async function reachStore({ store: config }: Snapshot): Promise<CheckResult> {
  const { kind } = config.settings;
  try {
    const store = openStore(config, systemClock, SILENT);
    try {
      await store.start?.();
      await store.find('a key that no row has');
      return ok(`the store answers (${kind})`);
    } finally {
      await store.close().catch(() => undefined);
    }
  } catch (error) {
    return fault(`the store (${kind}) cannot be used: ${causeOf(error)}`);
  }
}

/** Whether each channel can be opened, and its server takes connections. Nothing is sent. */
export function reachChannels({ channels }: Snapshot): Promise<readonly CheckResult[]> {
  return Promise.all(channels.map(reachChannel));
}

async function reachChannel(config: Snapshot['channels'][number]): Promise<CheckResult> {
  const { name, server } = config;
  try {
    const channel = openChannel(config, systemClock, SILENT);
    try {
      await channel.start?.();
    } finally {
      await channel.close().catch(() => undefined);
    }
  } catch (error) {
    return fault(`the channel ${name} cannot be opened: ${causeOf(error)}`);
  }
  if (!server) return note(`the channel ${name} (${config.settings.kind}) has no server to reach`);
  const place = `${server.host}:${server.port}`;
  return (await takesConnections(server, CONNECT_MS))
    ? ok(`the channel ${name} reaches ${place}`)
    : fault(`the channel ${name} does not reach ${place}`);
}

const CONNECT_MS = 5_000;

/** The innermost reason, which names what went wrong. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error && (cause.message !== '' || 'code' in cause)) {
    const inner = cause.message === '' ? String(Reflect.get(cause, 'code')) : causeOf(cause);
    return inner === error.message ? inner : `${error.message} (${inner})`;
  }
  return error.message;
}
