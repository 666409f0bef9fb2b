import { CountersignError } from '../core/fault.ts';
import type { Channel, Delivery } from '../ports.ts';
import { type Blamed, blame, openBy } from './blame.ts';
import { inTime } from './in-time.ts';

const DELIVERY_MS = 60_000;
const OPENING_MS = 30_000;

/**
 * A channel of a plug-in. One that is opened late is asked for nothing before it is open: who needs it is answered 503. A delivery that
 * throws, or does not end, may have arrived.
 */
export function heldChannel(open: () => Channel | Promise<Channel>, blamed: Blamed): Channel {
  const opening = openBy(open, blamed);
  let opened: Channel | undefined;
  let failed: CountersignError | undefined;
  const take = (channel: Channel) => {
    opened = checked(channel, blamed);
    return opened;
  };
  const late = opening instanceof Promise ? inTime(OPENING_MS, opening).then(take) : undefined;
  late?.catch((error: unknown) => {
    failed = blame(blamed, 'open', error);
  });
  if (!(opening instanceof Promise)) take(opening);
  const now = (): Channel => {
    if (opened) return opened;
    throw failed ?? new CountersignError('plugin-failed', `${blamed.what} is not open yet`);
  };

  async function deliver(message: Parameters<Channel['deliver']>[0]): Promise<Delivery> {
    try {
      const delivery = await inTime(DELIVERY_MS, now().deliver(message));
      if (['accepted', 'refused', 'unknown'].includes(delivery?.kind)) return delivery;
      return { kind: 'unknown', reason: `${blamed.what} gave no answer that a channel gives` };
    } catch {
      // What was thrown may hold the message, and with it the code.
      return { kind: 'unknown', reason: `the plug-in ${blamed.plugin}: ${blamed.what} failed in deliver` };
    }
  }

  return {
    get addressKind() {
      return now().addressKind;
    },
    get clean() {
      const channel = now();
      return channel.clean?.bind(channel) as NonNullable<Channel['clean']>;
    },
    get reports() {
      return now().reports as NonNullable<Channel['reports']>;
    },
    deliver,
    async start() {
      if (late) await late.catch(() => Promise.reject(failed));
      await opened?.start?.();
    },
    async close() {
      await late?.catch(() => undefined);
      await opened?.close();
    },
  };
}

const ADDRESSES: readonly unknown[] = ['email', 'phone', 'opaque'];

function checked(channel: Channel, blamed: Blamed): Channel {
  const isChannel = ADDRESSES.includes(channel?.addressKind) && typeof channel.deliver === 'function';
  if (isChannel && typeof channel.close === 'function') return channel;
  throw blame(blamed, 'open', new TypeError('a channel has addressKind, deliver and close'));
}
