import { afterEach, describe, expect, it } from 'vitest';
import type { Message } from '../../core/rule/message.ts';
import type { Channel } from '../../ports.ts';

/** What arrived at the other end of a channel. */
export type Arrived = { readonly to: readonly string[]; readonly text: string };

/** A channel to be examined, with the other end of it. */
export type ChannelUnderTest = {
  readonly channel: Channel;
  arrived(): Promise<readonly Arrived[]>;
  /** Makes every delivery from now on fail. */
  breakDown(): Promise<void>;
  close(): Promise<void>;
};

/** A message to a customer. */
export function messageOf(changes: Partial<Message> = {}): Message {
  return {
    address: 'jane@doe.test',
    subject: 'Your code',
    text: '482913 confirms that the delivery was made.',
    code: '482913',
    expiresAt: 4e12,
    rule: '7',
    record: '45',
    ...changes,
  };
}

/** What differs from channel to channel. */
export type ChannelTraits = {
  /** Addresses that the channel takes. */
  readonly addressOf: (index: number) => string;
  /** What the customer is given: our text, or the code alone where the text is the provider's. */
  readonly carries: 'text' | 'code';
};

const OF_MAIL: ChannelTraits = {
  addressOf: (index) => (index === 0 ? 'jane@doe.test' : `jane${index}@doe.test`),
  carries: 'text',
};

/** What every channel promises. */
export function describeChannel(
  name: string,
  make: () => Promise<ChannelUnderTest>,
  { addressOf, carries }: ChannelTraits = OF_MAIL,
): void {
  const address = addressOf(0);

  describe(`${name} as a channel`, () => {
    const made: ChannelUnderTest[] = [];
    const open = async () => {
      const fresh = await make();
      made.push(fresh);
      return fresh;
    };
    afterEach(async () => {
      for (const { channel, close } of made.splice(0)) {
        await channel.close();
        await close();
      }
    });

    it('says what kind of address it takes', async () => {
      const { channel } = await open();
      expect(['email', 'phone', 'opaque']).toContain(channel.addressKind);
    });

    it('delivers the text to the address, and to nobody else', async () => {
      const { channel, arrived } = await open();
      const message = messageOf({ address });
      expect(await channel.deliver(message)).toEqual({ kind: 'accepted' });
      expect(await arrived()).toEqual([{ to: [address], text: message[carries] }]);
    });

    it.each([
      ['letters of all kinds', 'Código 482913 für „Müller“ — 確認 ✓ \u{1f511}'],
      ['several lines, one of them a dot', 'first\n.\n..second\n\nFrom last'],
      ['a long line', `482913 ${'0123456789 '.repeat(120)}end`],
    ])('delivers %s unchanged', async (_, text) => {
      const { channel, arrived } = await open();
      const message = messageOf({ address, text });
      expect(await channel.deliver(message)).toEqual({ kind: 'accepted' });
      expect((await arrived()).map((one) => one.text)).toEqual([message[carries]]);
    });

    it('takes nothing in a message for a command', async () => {
      const { channel, arrived } = await open();
      const subject = 'Code\r\nBcc: eve@evil.test\r\n\r\nhello';
      const text = '482913\r\n.\r\nMAIL FROM:<eve@evil.test>\r\nRCPT TO:<eve@evil.test>';
      await channel.deliver(messageOf({ address, subject, text }));
      expect((await arrived()).map(({ to }) => to)).toEqual([[address]]);
    });

    it('delivers several messages at once, each to its own address', async () => {
      const { channel, arrived } = await open();
      const messages = Array.from({ length: 12 }, (_, index) =>
        messageOf({ address: addressOf(index), text: `for ${index}`, code: String(482913 + index) }),
      );
      await Promise.all(messages.map((message) => channel.deliver(message)));
      const byText = (one: Arrived, other: Arrived) => one.text.localeCompare(other.text);
      const wanted = messages.map((message) => ({ to: [message.address], text: message[carries] }));
      expect([...(await arrived())].sort(byText)).toEqual(wanted.sort(byText));
    });

    it('answers a breakdown instead of throwing, with neither code nor address in the reason', async () => {
      const { channel, breakDown } = await open();
      await breakDown();
      const delivery = await channel.deliver(messageOf({ address }));
      expect(delivery).toEqual({ kind: 'refused', reason: expect.any(String) });
      for (const hidden of ['482913', address, address.slice(0, 4)])
        expect(JSON.stringify(delivery)).not.toContain(hidden);
    });
  });
}
