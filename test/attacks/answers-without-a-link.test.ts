import { expect, onTestFinished, test } from 'vitest';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Answers to pages share a little room, and anybody can send one. Who fills it with bodies that never end, and has no link, would keep
 * the customers' answers out.
 */

/** As many as fill the room. */
const STRANGERS = 256;
const FULL = `1000\r\n${'x'.repeat(4096)}\r\n`;

test('strangers who send many slow answers are not read, and the customer answers', async () => {
  const { gateway, url, rep } = await openWorld({
    publicUrl: 'https://confirm.example.com',
    rules: [deliveryRule({ confirm: 'page' })],
  });
  await rep.deliver();
  const customer = customerAt(url, gateway.outbox.messages().at(-1)?.link ?? '');
  const strangers = await Promise.all(
    Array.from({ length: STRANGERS }, async (_, index) => {
      const stranger = await openRaw(Number(new URL(url).port));
      onTestFinished(stranger.close);
      stranger.send(
        `POST /_countersign/confirm/made-up-${index} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${FULL}`,
      );
      return stranger;
    }),
  );
  const told = await Promise.all(strangers.map(async (stranger) => (await stranger.answer()).status));
  expect(told).toEqual(Array(STRANGERS).fill(404));
  expect((await customer.press('yes')).status).toBe(200);
  expect((await rep.standing()).json.result).toBe('approved');
});
