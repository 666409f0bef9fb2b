import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/core/rule/message.ts';
import type { Mail } from './history.ts';

export type Mailroom = {
  /** All mails that were read. */
  readonly mails: readonly Mail[];
  /** Reads the new ones; gives the newest code that a record's customer got. */
  newestOf(record: string): Mail | undefined;
};

/** What the gateways leave in the outbox folder. The message says what it is about: `… confirms REF`. */
export function openMailroom(folder: string): Mailroom {
  const names = new Set<string>();
  const mails: Mail[] = [];
  const newest = new Map<string, Mail>();

  function read(name: string): void {
    names.add(name);
    const { code, text, address } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Message;
    const [, ref = ''] = /confirms (\w+)/.exec(text) ?? [];
    const mail = { record: address.split('@')[0] ?? '', ref, code };
    mails.push(mail);
    newest.set(mail.record, mail);
  }

  return {
    mails,
    newestOf(record) {
      const fresh = readdirSync(folder).filter((name) => !name.startsWith('.') && !names.has(name));
      for (const name of fresh.sort()) read(name);
      return newest.get(record);
    },
  };
}
