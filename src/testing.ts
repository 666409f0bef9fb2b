import './node-version.ts';

import { createOutbox, type Outbox } from './channels/outbox/outbox.ts';
import type { ConfigInput, PluginInput } from './config/schema/schema.ts';
import { inPlaceOf } from './gateway/adapters.ts';
import { createGatewayFrom, type Gateway } from './gateway/gateway.ts';
import type { Reload } from './gateway/reload.ts';
import { snapshotOf } from './gateway/snapshot-of.ts';
import type { Plugin } from './plugins/plugin.ts';
import { createMemoryStore } from './stores/memory/memory.ts';
import { createHandClock, type HandClock } from './system/hand-clock.ts';
import { createCodeHasher } from './system/hasher.ts';

/** A gateway of a suite: its clock is turned by hand, and what it sends is in its outbox. */
export type TestGateway = Omit<Gateway, 'reload'> & {
  /** As `Gateway.reload`, with the same left out as at the start. */
  reload(options: ForTests<PluginInput>): Reload;
  /** Time stands still until it is turned by hand. */
  readonly clock: HandClock;
  /** Every message of every channel. */
  readonly outbox: Outbox;
  /** The newest code, to this address or to any. */
  lastCode(address?: string): string | undefined;
};

/** Options of a gateway for tests: all that has no bearing on them may be left out. */
export type TestOptions = ForTests<ConfigInput>;

type ForTests<Input extends PluginInput> = Omit<Input, 'version' | 'secret' | 'store' | 'channels'> &
  Partial<Pick<Input, 'channels'>>;

/** What the configuration may name beside what comes with the product. */
type WithPlugins = { readonly plugins: readonly Plugin[] };

/**
 * A gateway for the suites of API clients: a free port and no admin listener, memory store, a hand-turned clock, no audit, no log, an
 * outbox in the place of every channel, and codes that are hashed at a fraction of the cost.
 */
export function createTestGateway(options: TestOptions): TestGateway;
export function createTestGateway(options: ForTests<PluginInput>, brought: WithPlugins): TestGateway;
export function createTestGateway(
  options: ForTests<PluginInput>,
  { plugins }: WithPlugins = { plugins: [] },
): TestGateway {
  const clock = createHandClock(Date.now());
  const snapshot = snapshotOf(completed(options), plugins);
  const outbox = createOutbox({ addressKind: 'email' });
  const channels = Object.fromEntries(
    snapshot.channels.map((channel) => [channel.name, inPlaceOf(channel, outbox, clock)]),
  );
  const store = createMemoryStore(clock);
  const hasher = createCodeHasher({ secrets: [SECRET], timeCost: 1, memoryKiB: 64 });
  const gateway = createGatewayFrom(snapshot, { clock, store, channels, hasher, plugins });
  return {
    ...gateway,
    clock,
    outbox,
    reload: (changed) => gateway.reload(completed(changed)),
    lastCode: (address) => outbox.lastCode(address),
  };
}

const SECRET = 'a secret for tests, which nobody needs to keep';

function completed(options: ForTests<PluginInput>): PluginInput {
  return {
    ...options,
    version: 1,
    secret: SECRET,
    store: { kind: 'memory' },
    log: { level: 'silent' },
    listen: options.listen ?? { port: 0 },
    admin: options.admin ?? false,
    limits: options.limits ?? NO_LIMITS,
    channels: options.channels ?? { email: { kind: 'outbox' } },
  };
}

/** Suites send to the same address all the time; who tests limits gives some. */
const NO_LIMITS = {
  address: { hour: 1_000_000, day: 1_000_000 },
  caller: { hour: 1_000_000, wrong: 1_000_000 },
  ip: { hour: 1_000_000, wrong: 1_000_000 },
  total: { minute: 1_000_000 },
};
