import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Adapters } from '../../src/gateway/gateway.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions, SECRET } from '../harness/delivery.ts';
import { wrongCode } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';

const NEW_SECRET = 'the secret that comes after it, as long as it has to be';

/** A CRM, and a way to put gateways in front of it that share a ledger. */
async function openSite() {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const path = join(openFolder(), 'ledger.db');
  const gatewayWith = (options: Partial<ConfigInput>, adapters: Adapters = {}) =>
    openGateway(gatewayOptions(crm.url, { store: { kind: 'sqlite', path }, ...options }), {
      channels: { email: outbox },
      ...adapters,
    });
  return { crm, gatewayWith, code: () => outbox.lastCode() ?? '' };
}

test('while the secret is rotated, codes of the old one are good, their attempts count, and they are spent once', async () => {
  const { crm, gatewayWith, code } = await openSite();
  const before = await gatewayWith({ secret: SECRET });
  const after = await gatewayWith({ secret: [NEW_SECRET, SECRET] });
  await before.rep.deliver();
  await before.rep.deliver(wrongCode(code()));
  const wrong = await after.rep.deliver(wrongCode(code(), 2));
  expect(wrong.json.rules?.[0]?.attempts_remaining).toBe(1);
  expect((await after.rep.deliver(code())).code).toBe('used');
  crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
  for (const { rep } of [before, after]) expect((await rep.deliver(code())).result).toBe('otp-used');
  expect(crm.saves).toHaveLength(1);
});

test('a secret that was taken away makes its codes worthless, and new ones are made under the new one', async () => {
  const { crm, gatewayWith, code } = await openSite();
  const before = await gatewayWith({ secret: SECRET });
  const after = await gatewayWith({ secret: NEW_SECRET });
  await before.rep.deliver();
  expect((await after.rep.deliver(code())).result).toBe('otp-required');
  expect(crm.saves).toHaveLength(0);
  expect((await after.rep.deliver()).result).toBe('otp-required');
  expect((await after.rep.deliver(code())).code).toBe('used');
});

test.each([
  -5, 5, 60,
])('a gateway whose clock is %d minutes off changes nothing: the ledger has the time', async (minutes) => {
  const { gatewayWith, code } = await openSite();
  const right = await gatewayWith({});
  const clock = createHandClock(Date.now() + minutes * 60_000);
  const off = await gatewayWith({}, { clock });
  const asked = await off.rep.deliver();
  const lifeMs = Date.parse(asked.json.rules?.[0]?.expires_at ?? '') - Date.now();
  expect(lifeMs).toBeGreaterThan(4 * 60_000);
  expect(lifeMs).toBeLessThanOrEqual(5 * 60_000);
  expect((await right.rep.standing()).json.result).toBe('living');
  expect((await off.rep.standing()).json.result).toBe('living');
  expect((await off.rep.deliver(code())).code).toBe('used');
});
