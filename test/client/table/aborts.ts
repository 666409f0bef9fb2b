import {
  type Case,
  clientOf,
  DELIVERED,
  type Here,
  receivedOf,
  savedOf,
  thrown,
  untilAsked,
} from './case.ts';

const REASON = new Error('the page was closed');

/** A save that is aborted at a moment: whether it rejects with the reason, how often was asked, and what the CRM was sent. */
const aborted = (
  seen: unknown,
  act: (
    here: Here,
    controller: AbortController,
  ) => Promise<readonly [Promise<unknown>, asked: readonly unknown[]]>,
): Case => ({
  async act(here) {
    const controller = new AbortController();
    const [save, asked] = await act(here, controller);
    const isReason = (await thrown(save)) === (REASON as unknown);
    await here.tell('answer', 'as ever');
    return [isReason, asked.length, await savedOf(here)];
  },
  seen,
});

/** A save that is aborted at each moment rejects with the reason. */
export const ABORTS: Readonly<Record<string, Case>> = {
  'a save is aborted before it is sent': aborted([true, 0, []], async (here, controller) => {
    const { save, asked } = clientOf(here);
    controller.abort(REASON);
    return [save(DELIVERED, { signal: controller.signal }), asked];
  }),
  'a save is aborted while its body is read': aborted([true, 0, []], async (here, controller) => {
    const { save, asked } = clientOf(here);
    const body = new ReadableStream({ pull: () => new Promise(() => {}) });
    const saving = save({}, { body, duplex: 'half', signal: controller.signal } as RequestInit);
    controller.abort(REASON);
    return [saving, asked];
  }),
  'a save is aborted while it is sent first': aborted([true, 0, []], async (here, controller) => {
    const { save, asked } = clientOf(here);
    await here.tell('answer', 'holds all');
    const saving = save(DELIVERED, { signal: controller.signal });
    saving.catch(() => {});
    await receivedOf(here, 'GET', 1);
    controller.abort(REASON);
    return [saving, asked];
  }),
  'a save is aborted while somebody is asked': aborted([true, 1, []], async (here, controller) => {
    const { save, asked } = clientOf(here, () => new Promise(() => {}));
    const saving = save(DELIVERED, { signal: controller.signal });
    saving.catch(() => {});
    await untilAsked(asked, 1);
    controller.abort(REASON);
    return [saving, asked];
  }),
  'a save is aborted while a code is sent again': aborted([true, 1, []], async (here, controller) => {
    const { save, asked } = clientOf(here, async ({ resend }) => {
      await here.tell('advance', 60_000);
      await here.tell('answer', 'holds all');
      const resent = resend();
      resent.catch(() => {});
      await receivedOf(here, 'GET', 2);
      controller.abort(REASON);
      await resent;
      return undefined;
    });
    return [save(DELIVERED, { signal: controller.signal }), asked];
  }),
  'a save is aborted while it is sent with its code': aborted(
    [true, 1, [JSON.stringify(DELIVERED)]],
    async (here, controller) => {
      const { save, asked } = clientOf(here);
      await here.tell('answer', 'holds saves');
      const saving = save(DELIVERED, { signal: controller.signal });
      saving.catch(() => {});
      await receivedOf(here, 'PATCH', 1);
      controller.abort(REASON);
      return [saving, asked];
    },
  ),
  'a save is aborted while it waits for the question of an equal one, which is answered': aborted(
    [true, 1, [JSON.stringify(DELIVERED)]],
    async (here, controller) => {
      let answer: (code: string) => void = () => {};
      const { save, asked } = clientOf(here, () => new Promise<string>((resolve) => (answer = resolve)));
      const first = save();
      await untilAsked(asked, 1);
      const second = save(DELIVERED, { signal: controller.signal });
      second.catch(() => {});
      await receivedOf(here, 'GET', 2);
      controller.abort(REASON);
      await thrown(second);
      answer(await here.tell('code'));
      await first;
      return [second, asked];
    },
  ),
};
