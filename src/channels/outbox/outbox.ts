import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from '../../core/fault.ts';
import type { Message } from '../../core/rule/message.ts';
import type { AddressKind } from '../../core/rule/recipient.ts';
import type { Channel, Delivery } from '../../ports.ts';

/** Where the outbox keeps what would have been sent. */
export type OutboxOptions = {
  /** Where each message is left as a JSON file; in memory only where it is left out. */
  readonly folder?: string;
  readonly addressKind?: AddressKind;
};

/** A channel that leads nowhere: for suites, demos, and programs that pick the messages up. */
export type Outbox = Channel & {
  /** What was delivered, oldest first: the latest thousand. */
  messages(): readonly Message[];
  /** The code in the latest message, to this address where one is given. */
  lastCode(address?: string): string | undefined;
  /** Forgets the messages in memory; files stay. */
  clear(): void;
};

const MOST_KEPT = 1000;

/** Messages in memory and, with a folder, as files that appear whole or not at all, readable by their owner only. */
export function createOutbox({ folder, addressKind = 'opaque' }: OutboxOptions = {}): Outbox {
  let kept: readonly Message[] = [];
  let files = 0;

  async function deliver(message: Message): Promise<Delivery> {
    try {
      if (folder !== undefined) await leaveIn(folder, nameOf(files++), message);
    } catch (error) {
      return {
        kind: 'refused',
        reason: `the outbox folder cannot be written (${errorCodeOf(error) || 'unknown'})`,
      };
    }
    kept = [...kept, message].slice(-MOST_KEPT);
    return { kind: 'accepted' };
  }

  return {
    addressKind,
    deliver,
    close: async () => undefined,
    messages: () => kept,
    lastCode: (address) =>
      kept.findLast(({ code, address: to }) => code !== '' && (address === undefined || to === address))
        ?.code,
    clear() {
      kept = [];
    },
  };
}

/** Sorted by name, files are in the order of their delivery. */
function nameOf(count: number): string {
  return `${new Date().toISOString().replaceAll(':', '')}-${String(count).padStart(6, '0')}-${randomUUID()}.json`;
}

async function leaveIn(folder: string, name: string, message: Message): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unfinished = join(folder, `.${name}.part`);
  try {
    await writeFile(unfinished, `${JSON.stringify(message, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  }
}
