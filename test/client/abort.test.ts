import { expect, it } from 'vitest';
import { until } from '../harness/until.ts';
import { DELIVERED, open, reader, thrown } from './stage.ts';

const REASON = new Error('the page was closed');

it('a save that is aborted before it is sent rejects with the reason, and is not sent', async () => {
  const { save, world } = await open(reader);
  expect(await thrown(save('45', DELIVERED, { signal: AbortSignal.abort(REASON) }))).toBe(REASON);
  expect(world.crm.received).toEqual([]);
});

it('a save that is aborted while its body is read rejects with the reason, and is not sent', async () => {
  const { save, world } = await open(reader);
  const controller = new AbortController();
  const body = new ReadableStream({ pull: () => new Promise(() => {}) });
  const error = thrown(save('45', {}, { body, duplex: 'half', signal: controller.signal } as RequestInit));
  controller.abort(REASON);
  expect(await error).toBe(REASON);
  expect(world.crm.received).toEqual([]);
});

it('a save that is aborted while it is sent first rejects with the reason', async () => {
  const { save, ask, world } = await open(reader);
  const controller = new AbortController();
  world.crm.answerWith((_, __, proceed) => {
    controller.abort(REASON);
    proceed();
  });
  expect(await thrown(save('45', DELIVERED, { signal: controller.signal }))).toBe(REASON);
  expect(ask).not.toHaveBeenCalled();
});

it('a save that is aborted while somebody is asked rejects with the reason, whatever they answer', async () => {
  const controller = new AbortController();
  const { save, saved } = await open(({ signal }) => {
    queueMicrotask(() => controller.abort(REASON));
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('000000')));
  });
  expect(await thrown(save('45', DELIVERED, { signal: controller.signal }))).toBe(REASON);
  expect(saved()).toEqual([]);
});

it('a save that is aborted while a code is sent again rejects with the reason, as the resend does', async () => {
  const controller = new AbortController();
  let resent: unknown;
  const { save } = await open(async ({ resend }, { crm, gateway }) => {
    gateway.clock.advance(60_000);
    crm.answerWith((_, __, proceed) => {
      controller.abort(REASON);
      proceed();
    });
    resent = await thrown(resend());
    return '000000';
  });
  expect(await thrown(save('45', DELIVERED, { signal: controller.signal }))).toBe(REASON);
  await until(() => resent !== undefined);
  expect(resent).toBe(REASON);
});

it('a save that is aborted while it is sent with its code rejects with the reason', async () => {
  const { save, world } = await open(reader);
  const controller = new AbortController();
  world.crm.answerWith(({ method }, _, proceed) => {
    if (method === 'PATCH') controller.abort(REASON);
    proceed();
  });
  expect(await thrown(save('45', DELIVERED, { signal: controller.signal }))).toBe(REASON);
});

it('a save that is aborted while it waits for the question of an equal one leaves that alone', async () => {
  let answer: (code: string) => void = () => {};
  const { save, ask, world } = await open(() => new Promise<string>((resolve) => (answer = resolve)));
  const first = save('45', DELIVERED);
  await until(() => ask.mock.calls.length === 1);
  const controller = new AbortController();
  const second = thrown(save('45', DELIVERED, { signal: controller.signal }));
  const third = save('45', DELIVERED);
  await until(() => world.crm.received.filter(({ method }) => method === 'GET').length === 3);
  controller.abort(REASON);
  expect(await second).toBe(REASON);
  answer(world.code());
  expect([(await first).status, (await third).status]).toEqual([200, 200]);
  expect(ask).toHaveBeenCalledOnce();
});
