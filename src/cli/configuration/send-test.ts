import type { ChannelConfig } from '../../config/compile/compile-kind.ts';
import { nearest } from '../../config/explain/suggest.ts';
import { type AddressKind, cleanAddress, mask } from '../../core/rule/recipient.ts';
import { openChannel } from '../../gateway/adapters.ts';
import type { Delivery } from '../../ports.ts';
import { systemClock } from '../../system/clock.ts';
import { createLog } from '../../system/log.ts';
import { UsageError } from '../command.ts';

const TEST_CODE = '000000';
const VALID_MS = 5 * 60_000;

/** What became of a test message; `ok: false` where the channel takes no such address. */
export type TestSent =
  | { readonly ok: true; readonly delivery: Delivery; readonly masked: string }
  | { readonly ok: false; readonly addressKind: AddressKind };

/** The channel of that name. */
export function configuredChannel(channels: readonly ChannelConfig[], wanted: string): ChannelConfig {
  const config = channels.find((each) => each.name === wanted);
  if (config) return config;
  const names = channels.map((each) => each.name);
  const meant = nearest(wanted, names);
  const hint = meant === undefined ? `; there are ${names.join(', ')}` : ` (did you mean "${meant}"?)`;
  throw new UsageError(`there is no channel "${wanted}"${hint}`);
}

/** Sends one message that says it is a test; its code opens nothing. */
export async function sendTest(config: ChannelConfig, address: string): Promise<TestSent> {
  const opened = openChannel(config, systemClock, createLog({ level: 'silent' }));
  try {
    await opened.start?.();
    const clean = cleanAddress(address, opened.addressKind, opened.clean);
    if (clean === undefined) return { ok: false, addressKind: opened.addressKind };
    const delivery = await opened.deliver({
      address: clean,
      subject: 'A test of countersign',
      text: `This is a test of countersign. Its code is ${TEST_CODE} and opens nothing.`,
      code: TEST_CODE,
      expiresAt: systemClock.now() + VALID_MS,
      rule: 'test',
      record: null,
      ...(opened.reports && { reference: 'test' }),
    });
    return { ok: true, delivery, masked: mask(clean) };
  } finally {
    await opened.close();
  }
}
