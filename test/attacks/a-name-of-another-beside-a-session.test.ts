import { describe, expect, test } from 'vitest';
import { NO_LIMITS } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';

/*
 * A CRM that goes by a session looks at no `Authorization` beside it. Whoever has a session could write a colleague's name there, with any
 * password: what they do so is no doing of that colleague.
 */

const records = Object.fromEntries(
  ['1', '2', '3', '4', '5'].map((id) => [
    id,
    { id, subject: 'Box', status: 'Created', email: `ann${id}@example.com` },
  ]),
);
const pathOf = (record: string) => `/api/DeliveryNotes/${record}`;
const codeOf = (record: string) => `/_countersign/rules/7/records/${record}/code`;
const DELIVERED = { status: 'Delivered' };
const basic = (bytes: string | Buffer) => `Basic ${Buffer.from(bytes).toString('base64')}`;

async function open(limits: WorldOptions['limits']) {
  const world = await openWorld({ limits: { ...NO_LIMITS, ...limits } }, { records });
  const forged = repOf(world.url, basic('Mia:anything'));
  return {
    ...world,
    mia: repOf(world.url, basic('mia:her own')),
    forger: {
      call: (method: string, path: string, body?: unknown, headers = {}) =>
        forged.call(method, path, body, { cookie: 'session=ron', ...headers }),
    },
  };
}

describe('who writes the name of another beside a session', () => {
  test('takes back what that one asked for at the price of a wrong code, and no oftener', async () => {
    const { crm, mia, forger, code } = await open({ caller: { ...NO_LIMITS.caller, wrong: 2 } });
    const answers: number[] = [];
    for (const record of ['1', '2', '3']) {
      await mia.call('PATCH', pathOf(record), DELIVERED);
      answers.push((await forger.call('DELETE', codeOf(record))).status);
    }
    expect(answers).toEqual([204, 204, 429]);
    const saved = await mia.call('PATCH', pathOf('3'), DELIVERED, { 'OTPRULES-OTP-7': code() });
    expect([saved.status, crm.saves.map(({ path }) => path)]).toEqual([200, [pathOf('3')]]);
  });

  test('uses up none of the codes that one may ask for', async () => {
    const { crm, gateway, mia, forger, code } = await open({ caller: { ...NO_LIMITS.caller, hour: 2 } });
    for (const record of ['1', '2', '3']) await forger.call('PATCH', pathOf(record), DELIVERED);
    expect(gateway.outbox.messages()).toHaveLength(2);
    expect((await mia.call('PATCH', pathOf('4'), DELIVERED)).result).toBe('otp-required');
    await mia.call('PATCH', pathOf('4'), DELIVERED, { 'OTPRULES-OTP-7': code() });
    expect(crm.saves.map(({ path }) => path)).toEqual([pathOf('4')]);
  });

  test('uses up none of the wrong codes that one may send', async () => {
    const { crm, mia, forger, code } = await open({ caller: { ...NO_LIMITS.caller, wrong: 2 } });
    const results: (string | null)[] = [];
    for (const record of ['1', '2', '3']) {
      await forger.call('PATCH', pathOf(record), DELIVERED);
      const headers = { 'OTPRULES-OTP-7': wrongCode(code()) };
      results.push((await forger.call('PATCH', pathOf(record), DELIVERED, headers)).result);
    }
    expect(results).toEqual(['otp-invalid', 'otp-invalid', 'otp-rate-limited']);
    await mia.call('PATCH', pathOf('4'), DELIVERED);
    await mia.call('PATCH', pathOf('4'), DELIVERED, { 'OTPRULES-OTP-7': code() });
    expect(crm.saves.map(({ path }) => path)).toEqual([pathOf('4')]);
  });

  test('is no reason to send that one no more codes', async () => {
    const { gateway, mia, forger } = await open({
      unverified: { atLeast: 2, ratio: 0.5, caller: 'refuse' },
    });
    for (const record of ['1', '2', '3']) await forger.call('PATCH', pathOf(record), DELIVERED);
    gateway.clock.advance(3_600_000);
    expect((await forger.call('PATCH', pathOf('4'), DELIVERED)).result).toBe('otp-rate-limited');
    expect((await mia.call('PATCH', pathOf('4'), DELIVERED)).result).toBe('otp-required');
    expect(gateway.outbox.messages()).toHaveLength(4);
  });
});

test('honest: whoever has the password is one caller, in whatever case and encoding it is written', async () => {
  const { gateway, url, crm, code } = await open({ caller: { hour: 1, wrong: 1 } });
  const said = [
    basic('jos\u00e9:pass\u00e9'),
    basic(Buffer.from('JOS\u00c9:pass\u00e9', 'latin1')),
    basic('jose\u0301:passe\u0301'),
  ];
  const results: (string | null)[] = [];
  for (const [index, one] of said.entries())
    results.push((await repOf(url, one).call('PATCH', pathOf(String(index + 1)), DELIVERED)).result);
  expect(results).toEqual(['otp-required', 'otp-rate-limited', 'otp-rate-limited']);
  const headers = { 'OTPRULES-OTP-7': wrongCode(code()) };
  expect((await repOf(url, said[1]).call('PATCH', pathOf('1'), DELIVERED, headers)).result).toBe(
    'otp-invalid',
  );
  // What they asked for themselves costs no wrong code.
  expect((await repOf(url, said[2]).call('DELETE', codeOf('1'))).status).toBe(204);
  expect([gateway.outbox.messages().length, crm.saves.length]).toEqual([1, 0]);
});
