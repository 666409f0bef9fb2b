import { describe, expect, it } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';
import { DELIVERED, open, reader, thrown } from './stage.ts';

describe('equal saves at once', () => {
  it('share a question, and the code', async () => {
    const { save, ask, world } = await open(async (_, { code }) => code());
    const three = [save('45', DELIVERED), save('45', DELIVERED), save('45', DELIVERED)];
    expect((await Promise.all(three)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(ask).toHaveBeenCalledOnce();
    expect(world.gateway.outbox.messages()).toHaveLength(1);
  });

  it('are given up together', async () => {
    const { save, ask, saved } = await open(async () => undefined);
    const errors = await Promise.all([save('45', DELIVERED), save('45', DELIVERED)].map(thrown));
    expect(errors).toMatchObject([
      { slug: 'otp-required', gaveUp: true },
      { slug: 'otp-required', gaveUp: true },
    ]);
    expect(ask).toHaveBeenCalledOnce();
    expect(saved()).toEqual([]);
  });

  it('are asked about again where the one with the question is aborted', async () => {
    const controller = new AbortController();
    const { save, ask } = await open((_, { code }, asked) => (asked === 1 ? new Promise(() => {}) : code()));
    const first = thrown(save('45', DELIVERED, { signal: controller.signal }));
    await until(() => ask.mock.calls.length === 1);
    const second = save('45', DELIVERED);
    controller.abort();
    expect(await first).toMatchObject({ name: 'AbortError' });
    expect((await second).status).toBe(200);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});

describe('different saves at once', () => {
  it('of one record are asked about one after the other', async () => {
    let open_ = 0;
    let most = 0;
    const { save, ask, world } = await open(async ({ sentTo, resend }, { code, gateway }) => {
      open_ += 1;
      most = Math.max(most, open_);
      if (sentTo === undefined) {
        gateway.clock.advance(60_000);
        await resend();
      }
      await new Promise((resolve) => setImmediate(resolve));
      open_ -= 1;
      return code();
    });
    const first = save('45', DELIVERED);
    await until(() => ask.mock.calls.length === 1);
    const second = save('45', { status: 'Delivered', note: 'Left with a neighbour' });
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(most).toBe(1);
    expect(world.crm.records.get('45')).toMatchObject({ note: 'Left with a neighbour' });
  });

  it('of which somebody else has the code out are told so, and get one of their own by a resend', async () => {
    const { save, ask, world } = await open(
      async ({ resend }, { code, gateway }) => {
        gateway.clock.advance(60_000);
        expect(await resend()).toMatchObject({ result: 'sent' });
        return code();
      },
      { rules: [deliveryRule({ when: { changed: 'status' } })] },
    );
    await world.rep.askForCode({ status: 'Lost' });
    expect((await save('45', DELIVERED)).status).toBe(200);
    expect(ask.mock.calls.map(([{ sentTo, expiresAt }]) => [sentTo, expiresAt])).toEqual([
      [undefined, undefined],
    ]);
  });

  it('of two records do not wait for each other', async () => {
    const { save, ask, world } = await open(({ rules: [row] }, { gateway }) =>
      row?.record === '45' ? new Promise(() => {}) : gateway.lastCode('bob@example.com'),
    );
    world.crm.records.set('46', { ...STORED, id: '46', email: 'bob@example.com' });
    const controller = new AbortController();
    const first = thrown(save('45', DELIVERED, { signal: controller.signal }));
    await until(() => ask.mock.calls.length === 1);
    expect((await save('46', DELIVERED)).status).toBe(200);
    controller.abort();
    expect(await first).toMatchObject({ name: 'AbortError' });
  });
});

describe('a list of records', () => {
  const notes = (world: World) => {
    for (const id of ['50', '51', '52'])
      world.crm.records.set(id, { ...STORED, id, email: `ann${id}@example.com` });
    world.crm.answerWith(({ method }, response, proceed) => {
      if (method === 'PATCH') response.end('{}');
      else proceed();
    });
  };
  const options = {
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', records: '/data' } },
  } as const;
  const list = (...ids: readonly string[]) => ({
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: 'Bearer rep' },
    body: JSON.stringify({ data: [...ids.map((id) => ({ id, ...DELIVERED })), { id: '52', note: 'x' }] }),
  });

  it('is asked about once, with a code for each record, and again for the wrong one only', async () => {
    const { api, ask, world } = await open(({ rules }, { gateway }, asked) => {
      const codes = rules.map(({ rule, record }) => {
        const code = gateway.lastCode(`ann${record}@example.com`) ?? '';
        const wrong = code === '000000' ? '111111' : '000000';
        return [`${rule}/${record}`, asked === 1 && record === '51' ? wrong : code];
      });
      return Object.fromEntries(codes);
    }, options);
    notes(world);
    expect((await api(`${world.url}/api/DeliveryNotes`, list('50', '51'))).status).toBe(200);
    const asked = ask.mock.calls.map(([{ rules }]) => rules.map(({ record }) => record));
    expect(asked).toEqual([['50', '51'], ['51']]);
    expect(ask.mock.calls[0]?.[0].values).toEqual(DELIVERED);
  });

  it('of which one needs a code is asked about that', async () => {
    const { api, ask, world } = await open(reader, options);
    notes(world);
    expect((await api(`${world.url}/api/DeliveryNotes`, list('50'))).status).toBe(200);
    expect(ask.mock.calls.map(([{ rules }]) => rules.map(({ record }) => record))).toEqual([['50']]);
  });
});
