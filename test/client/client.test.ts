import { describe, expect, it } from 'vitest';
import { CountersignError, withCountersign } from '../../src/client/client.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';
import { DELIVERED, open, otherThan, reader, thrown } from './stage.ts';

describe('a save that needs a code', () => {
  it('is asked about once, and sent again with the code', async () => {
    const { save, ask, saved, world } = await open(reader);
    const response = await save('45', DELIVERED);
    expect([response.status, response.headers.get('OTPRULES-Result')]).toEqual([200, 'verified']);
    expect(await response.json()).toMatchObject(DELIVERED);
    expect(saved()).toHaveLength(1);
    expect(ask).toHaveBeenCalledOnce();
    expect(ask.mock.calls[0]?.[0]).toMatchObject({
      rules: [{ rule: '7', record: '45', header: 'OTPRULES-OTP-7', code_type: 'numeric', code_length: 6 }],
      values: DELIVERED,
      attemptsRemaining: 3,
      sentTo: 'a***@***.com',
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
      previous: undefined,
    });
    expect(world.gateway.outbox.messages()).toHaveLength(1);
  });

  it('is asked about again after a wrong code, with the attempts that are left', async () => {
    const { save, ask } = await open((_, { code }, asked) => (asked === 1 ? otherThan(code()) : code()));
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask.mock.calls.map(([{ previous, attemptsRemaining }]) => [previous, attemptsRemaining])).toEqual([
      [undefined, 3],
      ['otp-invalid', 2],
    ]);
  });

  it('is given up when the last attempt is wrong', async () => {
    const { save, ask, saved } = await open((_, { code }) => otherThan(code()));
    const error = await thrown(save('45', DELIVERED));
    expect(error).toBeInstanceOf(CountersignError);
    expect(error).toMatchObject({ slug: 'otp-invalid', gaveUp: false, rules: [{ attempts_remaining: 0 }] });
    expect(ask).toHaveBeenCalledTimes(3);
    expect(await thrown(save('45', DELIVERED))).toMatchObject({
      slug: 'otp-attempts-exhausted',
      retryAfter: expect.any(Number),
    });
    expect(ask).toHaveBeenCalledTimes(3);
    expect(saved()).toEqual([]);
  });

  it('gets a new code where the old one has expired, and is asked about that', async () => {
    const { save, ask, world } = await open((_, { code, gateway }, asked) => {
      const given = code();
      if (asked === 1) gateway.clock.advance(6 * 60_000);
      return given;
    });
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask.mock.calls.map(([{ previous }]) => previous)).toEqual([undefined, 'otp-expired']);
    expect(world.gateway.outbox.messages()).toHaveLength(2);
  });

  it('is asked about again where a newer code was sent meanwhile', async () => {
    const { save, ask } = await open(async ({ resend }, { code, gateway }, asked) => {
      const given = code();
      if (asked > 1) return given;
      gateway.clock.advance(60_000);
      expect(await resend()).toMatchObject({ rule: '7', record: '45', result: 'sent' });
      return given;
    });
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask.mock.calls.map(([{ previous }]) => previous)).toEqual([undefined, 'otp-superseded']);
  });

  it('says why no other code is sent yet', async () => {
    const { save } = await open(async ({ resend }, { code }) => {
      expect(await resend('7').catch((error: unknown) => error)).toMatchObject({
        slug: 'otp-resend-limited',
        retryAfter: expect.any(Number),
      });
      return code();
    });
    expect((await save('45', DELIVERED)).status).toBe(200);
  });

  it('rejects where the person gives up', async () => {
    const { save, saved } = await open(() => undefined);
    const error = (await thrown(save('45', DELIVERED))) as CountersignError;
    expect(error).toMatchObject({ slug: 'otp-required', gaveUp: true, rules: [{ rule: '7' }] });
    expect(await error.response.json()).toMatchObject({ status: 428 });
    expect(saved()).toEqual([]);
  });

  it('is not asked about while another save is under way with the code', async () => {
    const { save, ask, world, saved } = await open(reader);
    let answer = () => {};
    world.crm.answerWith(({ method }, _, proceed) => {
      if (method === 'PATCH') answer = proceed;
      else proceed();
    });
    const first = save('45', DELIVERED);
    await until(() => saved().length === 1);
    const other = withCountersign(fetch, { ask });
    const second = other(`${world.url}/api/DeliveryNotes/45`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer rep',
        'OTPRULES-OTP-7': world.code(),
      },
      body: JSON.stringify(DELIVERED),
    });
    const error = thrown(second);
    answer();
    expect((await first).status).toBe(200);
    expect(await error).toMatchObject({ slug: expect.stringMatching(/^otp-(?:in-progress|used)$/) });
    expect(ask).toHaveBeenCalledOnce();
    expect(saved()).toHaveLength(1);
  });

  it('is sent without a code that was used meanwhile, and asked about where that is refused', async () => {
    const { save, before, world } = await open(async (_, { code, rep }, asked) => {
      const given = code();
      if (asked > 1) return given;
      await rep.deliver(given);
      await rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Created' });
      world.gateway.clock.advance(60_000);
      return given;
    });
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(before()).toEqual([undefined, 'otp-used']);
  });

  it('is not asked about for ever by somebody who answers with no code', async () => {
    const { save, ask } = await open(() => 'no code');
    expect(await thrown(save('45', DELIVERED))).toMatchObject({ slug: 'otp-invalid', gaveUp: false });
    expect(ask.mock.calls.length).toBeGreaterThan(5);
  });

  it('takes the code as people write it, in the digits of any script', async () => {
    const arabic = (code: string) =>
      code.replace(/\d/g, (digit) => String.fromCodePoint(0x06_60 + Number(digit)));
    const { save, ask } = await open((_, { code }) => ` ${arabic(code().slice(0, 3))}-${code().slice(3)}\n`);
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask).toHaveBeenCalledOnce();
  });
});

describe('a refusal that no code can help', () => {
  it('rejects with its slug, and nobody is asked', async () => {
    const { api, ask, world } = await open(reader);
    const error = await thrown(api(`${world.url}/api/Users/1`, { method: 'DELETE' }));
    expect(error).toMatchObject({
      name: 'CountersignError',
      slug: 'unmapped-write',
      rules: [],
      gaveUp: false,
      message: expect.stringContaining('No module'),
    });
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('several codes', () => {
  const codesOf = ({ gateway }: World) =>
    Object.fromEntries(gateway.outbox.messages().map(({ rule, code }) => [rule, code]));

  it('of two rules are asked for at once, and only the wrong one again', async () => {
    const two = { rules: [deliveryRule(), deliveryRule({ id: 8, name: 'Stock' })] };
    const { ask, save } = await open(({ rules }, here, asked) => {
      const codes = codesOf(here);
      if (asked === 1) return { 7: codes['7'] ?? '', 8: otherThan(codes['8'] ?? '') };
      return Object.fromEntries(rules.map(({ rule }) => [rule, codes[rule] ?? '']));
    }, two);
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask.mock.calls.map(([{ rules: rows }]) => rows.map(({ rule }) => rule))).toEqual([
      ['7', '8'],
      ['8'],
    ]);
  });
});

describe('bodies', () => {
  const stream = () => new Blob([JSON.stringify(DELIVERED)]).stream();

  it('that can be read once are kept, and sent again', async () => {
    const { save, saved } = await open(reader);
    expect((await save('45', {}, { body: stream(), duplex: 'half' } as RequestInit)).status).toBe(200);
    expect(saved().map(({ body }) => JSON.parse(body.toString()))).toEqual([DELIVERED]);
  });

  it('in a Request are sent again too, with all that the Request says', async () => {
    const { api, world, saved } = await open(reader);
    const headers = { 'content-type': 'application/json', authorization: 'Bearer rep', 'x-trace': 'abc' };
    const request = new Request(`${world.url}/api/DeliveryNotes/45`, {
      method: 'PATCH',
      headers,
      body: JSON.stringify(DELIVERED),
    });
    expect((await api(request)).status).toBe(200);
    expect(saved()[0]?.headers).toContainEqual(['x-trace', 'abc']);
  });

  it('that are too large to keep are sent once, and a refusal is thrown', async () => {
    const { save, ask, world } = await open(reader, {}, { bodyLimit: 5 });
    const error = await thrown(save('45', {}, { body: stream(), duplex: 'half' } as RequestInit));
    expect(error).toMatchObject({ slug: 'otp-required', gaveUp: false });
    expect(ask).not.toHaveBeenCalled();
    expect(world.gateway.outbox.messages()).toHaveLength(1);
  });
});

describe('answers of the CRM', () => {
  it('pass as they are, also those that look like a refusal', async () => {
    const { save, ask, world } = await open(() => '000000');
    world.crm.answerWith((_, response) => {
      response.writeHead(428, { 'content-type': 'application/problem+json' });
      response.end('{"type":"urn:countersign:problem:otp-required","rules":[{"rule":"7"}]}');
    });
    const response = await save('45', { note: 'x' });
    expect(response.status).toBe(428);
    expect(await response.json()).toMatchObject({ rules: [{ rule: '7' }] });
    expect(ask).not.toHaveBeenCalled();
  });

  it('of 5xx hold the code for the identical request, which is not asked about again', async () => {
    const { save, ask, world, saved } = await open(reader);
    let fails = true;
    world.crm.answerWith(({ method }, response, proceed) => {
      if (method === 'PATCH' && fails) response.writeHead(500).end();
      else proceed();
    });
    const failed = await save('45', DELIVERED);
    expect([failed.status, failed.headers.get('OTPRULES-Code')]).toEqual([500, 'held']);
    fails = false;
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask).toHaveBeenCalledOnce();
    expect(saved()).toHaveLength(2);
  });
});
