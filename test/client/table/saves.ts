import { type Case, clientOf, DELIVERED, receivedOf, savedOf, slugOf, untilAsked } from './case.ts';

const SAVE = JSON.stringify(DELIVERED);
const LARGE = JSON.stringify({ ...DELIVERED, note: 'x'.repeat(1000) });

/** What becomes of a save: others beside it, its body, the answer of the CRM. */
export const SAVES: Readonly<Record<string, Case>> = {
  'equal saves at once share a question': {
    async act(here) {
      const { save, asked } = clientOf(here);
      const answers = await Promise.all([save(), save()]);
      return [answers.map(({ status }) => status), asked.length, await here.tell('sent')];
    },
    seen: [[200, 200], 1, 1],
  },
  'different saves of one record are asked about one after the other': {
    async act(here) {
      let [now, most] = [0, 0];
      const { save, asked } = clientOf(here, async ({ sentTo, resend }) => {
        now += 1;
        most = Math.max(most, now);
        if (sentTo === undefined) {
          await here.tell('advance', 60_000);
          await resend();
        }
        const code = await here.tell<string>('code');
        now -= 1;
        return code;
      });
      const first = save();
      await untilAsked(asked, 1);
      const second = save({ ...DELIVERED, note: 'At the door' });
      return [(await first).status, (await second).status, most, (await savedOf(here)).length];
    },
    seen: [200, 200, 1, 2],
  },
  'a stream is kept, and sent again': {
    async act(here) {
      const { save } = clientOf(here);
      const init = { body: new Blob([SAVE]).stream(), duplex: 'half' } as RequestInit;
      return [(await save({}, init)).status, await savedOf(here)];
    },
    seen: [200, [SAVE]],
  },
  'a Request is sent again with its body': {
    async act(here) {
      const { api, note, headers } = clientOf(here);
      const response = await api(new Request(note, { method: 'PATCH', headers, body: SAVE }));
      return [response.status, await savedOf(here)];
    },
    seen: [200, [SAVE]],
  },
  'a Request that is too large to keep and needs no code is saved as ever': {
    async act(here) {
      const { api, note, headers, asked } = clientOf(here, undefined, { bodyLimit: 100 });
      const body = LARGE.replace('Delivered', 'Created');
      const response = await api(new Request(note, { method: 'PATCH', headers, body }));
      return [response.status, asked.length, (await savedOf(here)).map((text) => text === body)];
    },
    seen: [200, 0, [true]],
  },
  'a Request that is too large to keep and needs a code is refused, and nobody is asked': {
    async act(here) {
      const { api, note, headers, asked } = clientOf(here, undefined, { bodyLimit: 100 });
      const request = new Request(note, { method: 'PATCH', headers, body: LARGE });
      return [await slugOf(api(request)), asked.length, await savedOf(here)];
    },
    seen: [['CountersignError', 'otp-required', false], 0, []],
  },
  'an answer of the CRM that looks alike is left alone': {
    async act(here) {
      const { save, asked } = clientOf(here);
      await here.tell('answer', 'alike');
      const response = await save({ note: 'x' });
      return [response.status, await response.json(), asked.length];
    },
    seen: [428, { type: 'urn:countersign:problem:otp-required', rules: [{ rule: '7' }] }, 0],
  },
  'a code that a failure of the CRM left unspent goes with the identical request': {
    async act(here) {
      const { save, asked } = clientOf(here);
      await here.tell('answer', 'fails');
      const failed = await save();
      await here.tell('answer', 'as ever');
      return [
        failed.status,
        failed.headers.get('OTPRULES-Code'),
        (await save()).status,
        asked.length,
        await savedOf(here),
      ];
    },
    seen: [500, 'held', 200, 1, [SAVE, SAVE]],
  },
  'a code that a failure of the CRM left unspent goes with no other request': {
    async act(here) {
      const { save, asked, withCode } = clientOf(here);
      await here.tell('answer', 'fails');
      const failed = await save();
      await here.tell('answer', 'as ever');
      const other = await slugOf(save({ ...DELIVERED, note: 'x' }));
      return [failed.headers.get('OTPRULES-Code'), other, asked.length, withCode, await savedOf(here)];
    },
    seen: ['held', ['CountersignError', 'otp-resend-limited', false], 1, [false, true, false], [SAVE]],
  },
  'a save whose code is on its way is not sent twice': {
    async act(here) {
      const { save, asked } = clientOf(here);
      await here.tell('answer', 'holds saves');
      const both = [save(), save()];
      await receivedOf(here, 'PATCH', 1);
      await here.tell('answer', 'as ever');
      const answers = await Promise.all(both);
      return [answers.map(({ status }) => status), asked.length];
    },
    seen: [[200, 200], 1],
  },
};
