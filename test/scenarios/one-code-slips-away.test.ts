import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { CodeHasher } from '../../src/ports.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * Of two codes that a save brings, both right, one is withdrawn after it was compared and before it is claimed: nothing is saved, and neither
 * its own attempt nor the other code is lost.
 */

test('a code that is withdrawn between its comparison and its claim costs nobody anything', async () => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const code = { maxAttempts: 2, cooldown: '0s' };
  const rules = [deliveryRule({ code }), deliveryRule({ id: 8, name: 'Second', code })];
  const real = createCodeHasher({ secrets: [SECRET], timeCost: 1, memoryKiB: 64 });
  let afterComparing: (() => Promise<unknown>) | undefined;
  const hasher: CodeHasher = {
    hash: real.hash,
    async matches(verifier, text, context) {
      const isRight = await real.matches(verifier, text, context);
      await afterComparing?.();
      return isRight;
    },
  };
  const { rep, url } = await openGateway(gatewayOptions(crm.url, { rules, limits: NO_LIMITS }), {
    channels: { email: outbox },
    hasher,
  });
  const manager = repOf(url);
  const deliver = (codes: readonly (string | undefined)[]) =>
    rep.call(
      'PATCH',
      '/api/DeliveryNotes/45',
      { status: 'Delivered' },
      {
        'OTPRULES-OTP-7': codes[0] ?? '',
        'OTPRULES-OTP-8': codes[1] ?? '',
      },
    );
  const codesOf = () => outbox.messages().map(({ text }) => /\d{6}/.exec(text)?.[0]);

  await rep.deliver();
  const [first, second] = codesOf();
  let withdrawing: Promise<unknown> | undefined;
  afterComparing = async () => {
    withdrawing ??= manager.call('DELETE', '/_countersign/rules/8/records/45/code');
    await withdrawing;
  };
  const lost = await deliver([first, second]);
  expect(lost.status).toBeGreaterThanOrEqual(400);
  expect(lost.json.rules?.map(({ result }) => result)).toEqual(['not-checked', 'otp-required']);
  expect(crm.saves).toEqual([]);

  afterComparing = undefined;
  await rep.call('POST', '/_countersign/rules/8/records/45/code');
  const newest = codesOf().at(-1) ?? '';
  // Each code has both of its attempts.
  expect((await deliver([first, wrongCode(newest)])).status).toBe(403);
  expect(crm.saves).toEqual([]);
  expect(await deliver([first, newest])).toMatchObject({ status: 200, code: 'used' });
  expect(crm.saves).toHaveLength(1);
});
