import { createOutbox, type Outbox } from './channels/outbox/outbox.ts';
import { createPhoneReader } from './channels/phone.ts';
import type { ConfigInput } from './config/schema/schema.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import type { Reload } from './gateway/reload.ts';
import type { Channel } from './ports.ts';
import { createMemoryStore } from './stores/memory/memory.ts';
import { createHandClock, type HandClock } from './system/hand-clock.ts';
import { createCodeHasher } from './system/hasher.ts';

export type TestGateway = Omit<Gateway, 'reload'> & {
  /** As `Gateway.reload`, with the same left out as at the start. */
  reload(options: TestOptions): Reload;
  /** Time stands still until it is turned by hand. */
  readonly clock: HandClock;
  /** Every message of every channel. */
  readonly outbox: Outbox;
  /** The newest code, to this address or to any. */
  lastCode(address?: string): string | undefined;
};

/** Options of a gateway for tests: all that has no bearing on them may be left out. */
export type TestOptions = Omit<ConfigInput, 'version' | 'secret' | 'store' | 'channels'> &
  Partial<Pick<ConfigInput, 'channels'>>;

/**
 * A gateway for the suites of API clients: memory store, a hand-turned clock, no audit, no log, an outbox in the place of every
 * channel, and codes that are hashed at a fraction of the cost.
 */
export function createTestGateway(options: TestOptions): TestGateway {
  const clock = createHandClock(Date.now());
  const names = Object.keys(options.channels ?? { email: {} });
  const outbox = createOutbox({ addressKind: 'email' });
  const channels = Object.fromEntries(
    names.map((name) => [name, { ...outbox, ...addressesOf(options.channels?.[name]) }]),
  );
  const store = createMemoryStore(clock);
  const hasher = createCodeHasher({ secrets: [SECRET], timeCost: 1, memoryKiB: 64 });
  const gateway = createGateway(completed(options), { clock, store, channels, hasher });
  return {
    ...gateway,
    clock,
    outbox,
    reload: (changed) => gateway.reload(completed(changed)),
    lastCode: (address) => outbox.lastCode(address),
  };
}

const SECRET = 'a secret for tests, which nobody needs to keep';

function completed(options: TestOptions): ConfigInput {
  return {
    ...options,
    version: 1,
    secret: SECRET,
    store: { kind: 'memory' },
    log: { level: 'silent' },
    limits: options.limits ?? NO_LIMITS,
    channels: options.channels ?? { email: { kind: 'outbox' } },
  };
}

/** The addresses that the channel would take, since the outbox stands in its place. */
function addressesOf(
  channel: ConfigInput['channels'][string] | undefined,
): Pick<Channel, 'addressKind' | 'clean'> {
  switch (channel?.kind) {
    case 'twilio':
    case 'whatsapp':
      return { addressKind: 'phone', clean: createPhoneReader(channel) };
    case 'webhook': {
      const { address: addressKind = 'phone' } = channel;
      return { addressKind, ...(addressKind === 'phone' && { clean: createPhoneReader(channel) }) };
    }
    default:
      return { addressKind: (channel?.kind === 'outbox' && channel.address) || 'email' };
  }
}

/** Suites send to the same address all the time; who tests limits gives some. */
const NO_LIMITS = {
  address: { hour: 1_000_000, day: 1_000_000 },
  caller: { hour: 1_000_000, wrong: 1_000_000 },
  total: { minute: 1_000_000 },
};
