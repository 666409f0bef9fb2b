import { type Case, clientOf, DELIVERED, otherThan, receivedOf, savedOf, slugOf } from './case.ts';

/** What becomes of a code. */
export const CODES: Readonly<Record<string, Case>> = {
  'a save is asked about once': {
    async act(here) {
      const { save, asked } = clientOf(here);
      const response = await save();
      const { attemptsRemaining, sentTo, values } = asked[0] ?? {};
      const { status } = (await response.json()) as Record<string, unknown>;
      const question = [attemptsRemaining, sentTo, values];
      return [response.status, status, asked.length, question, await savedOf(here)];
    },
    seen: [200, 'Delivered', 1, [3, 'a***@***.com', DELIVERED], [JSON.stringify(DELIVERED)]],
  },
  'a wrong code is asked about again': {
    async act(here) {
      const { save, asked, before } = clientOf(here, async (_, nth) => {
        const code = await here.tell<string>('code');
        return nth === 1 ? otherThan(code) : code;
      });
      return [(await save()).status, before(), asked.map(({ attemptsRemaining }) => attemptsRemaining)];
    },
    seen: [200, [null, 'otp-invalid'], [3, 2]],
  },
  'in the place of an expired code a new one is sent, and asked about': {
    async act(here) {
      const { save, before } = clientOf(here, async (_, nth) => {
        const code = await here.tell<string>('code');
        if (nth === 1) await here.tell('advance', 6 * 60_000);
        return code;
      });
      return [(await save()).status, before(), await here.tell('sent')];
    },
    seen: [200, [null, 'otp-expired'], 2],
  },
  'a code that a newer one replaced is asked about again': {
    async act(here) {
      const { save, before } = clientOf(here, async ({ resend }, nth) => {
        const code = await here.tell<string>('code');
        if (nth > 1) return code;
        await here.tell('advance', 60_000);
        await resend();
        return code;
      });
      return [(await save()).status, before(), await here.tell('sent')];
    },
    seen: [200, [null, 'otp-superseded'], 2],
  },
  'a save is over with the last attempt, and the next is not asked about': {
    async act(here) {
      const { save, asked } = clientOf(here, async () => otherThan(await here.tell('code')));
      return [await slugOf(save()), await slugOf(save()), asked.length, await savedOf(here)];
    },
    seen: [
      ['CountersignError', 'otp-invalid', false],
      ['CountersignError', 'otp-attempts-exhausted', false],
      3,
      [],
    ],
  },
  'while a code is in use for another save no other one is sent': {
    async act(here) {
      const first = clientOf(here);
      let slug: unknown;
      const second = clientOf(here, async ({ resend }) => {
        const code = await here.tell<string>('code');
        await here.tell('answer', 'holds saves');
        const saving = first.save();
        await receivedOf(here, 'PATCH', 1);
        slug = await slugOf(resend());
        await here.tell('answer', 'as ever');
        await saving;
        return code;
      });
      return [(await second.save()).status, slug, second.before(), first.asked.length];
    },
    seen: [200, ['CountersignError', 'otp-in-progress', false], [null], 1],
  },
  'in the place of a code that was used meanwhile a new one is sent, and asked about': {
    async act(here) {
      const { save, before } = clientOf(here, async (_, nth) => {
        const code = await here.tell<string>('code');
        if (nth === 1) await here.tell('use', code);
        return code;
      });
      return [(await save()).status, before()];
    },
    seen: [200, [null, 'otp-used']],
  },
  'who gives up is told of the refusal, and nothing is saved': {
    async act(here) {
      const { save } = clientOf(here, () => undefined);
      return [await slugOf(save()), await savedOf(here)];
    },
    seen: [['CountersignError', 'otp-required', true], []],
  },
  'two rules are asked about at once, and only the wrong code again': {
    world: 'two rules',
    async act(here) {
      const { save, asked } = clientOf(here, async (_, nth) => {
        const codes = await here.tell<Record<string, string>>('codes by rule');
        return nth === 1 ? { ...codes, 8: otherThan(codes['8'] ?? '') } : codes;
      });
      return [(await save()).status, asked.map(({ rules }) => rules.map(({ rule }) => rule))];
    },
    seen: [200, [['7', '8'], ['8']]],
  },
  'a list is asked about once, with a code for each record, and only the wrong one again': {
    world: 'a list',
    async act(here) {
      const { api, asked, headers } = clientOf(here, async (_, nth) => {
        const codes = await here.tell<Record<string, string>>('codes by record');
        return nth === 1 ? { ...codes, '7/51': otherThan(codes['7/51'] ?? '') } : codes;
      });
      const data = ['50', '51'].map((id) => ({ id, ...DELIVERED }));
      const body = JSON.stringify({ data: [...data, { id: '52', note: 'x' }] });
      const response = await api(`${here.url}/api/DeliveryNotes`, { method: 'PATCH', headers, body });
      return [response.status, asked.map(({ rules }) => rules.map(({ record }) => record))];
    },
    seen: [200, [['50', '51'], ['51']]],
  },
};
