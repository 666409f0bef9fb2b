import { expect, test } from 'vitest';
import { hiddenRule, openHidden } from '../harness/hidden.ts';
import { openPayslips, PAYSLIPS, RULE } from '../harness/payslips.ts';
import { type Answered, wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The person's side of the conversation, over HTTP. */
function personAt({ rep, gateway }: World) {
  let record = '';
  let token = '';
  const read = () => rep.call('GET', `${PAYSLIPS}/p1`, undefined, { 'OTPRULES-Grant': token });
  return {
    read,
    async identify(value = '4721') {
      const answer = await rep.call('POST', `${RULE}/identify`, { value });
      record = String(answer.json.record);
      return answer;
    },
    async enter(code: string, name = record) {
      const answer = await rep.call('POST', `${RULE}/records/${name}/grant`, { code });
      if (answer.status === 201) token = String(answer.json.token);
      return answer;
    },
    /** The newest of so many codes, once they are there. */
    code: (nth: number) => until(() => gateway.outbox.messages()[nth - 1]?.code),
    /** Reads every 20 minutes until this much of the day is over. */
    async stayBusy(since: number, untilMs: number) {
      while (gateway.clock.now() - since < untilMs) {
        expect((await read()).status).toBe(200);
        gateway.clock.advance(20 * MINUTE);
      }
    },
  };
}

const told = ({ status, json: { detail } }: Answered) => [
  status,
  String(detail).split('. ').slice(0, 2).join('. '),
];

test('4721, two wrong codes, the right one, reads, 30 idle minutes, asked again, and 24 hours whatever happens', async () => {
  const world = await openPayslips({ rules: [hiddenRule()] });
  const { clock, outbox } = world.gateway;
  const { identify, enter, read, code, ...person } = personAt(world);
  const found = await identify();
  expect([found.status, found.json.record, found.json.sent_to]).toEqual([201, 'p1', '***78']);
  expect(Date.parse(found.json.expires_at ?? '') - clock.now()).toBe(5 * MINUTE);
  const first = await code(1);
  expect(first).toMatch(/^\d{6}$/);
  expect(told(await enter(wrongCode(first, 1)))).toEqual([
    403,
    'Incorrect code. You have 2 attempts remaining.',
  ]);
  expect(told(await enter(wrongCode(first, 2)))).toEqual([
    403,
    'Incorrect code. You have 1 attempt remaining.',
  ]);
  expect((await enter(first)).json).toMatchObject({ idle_seconds: 1800 });
  for (const minutes of [0, 29, 29]) {
    clock.advance(minutes * MINUTE);
    expect((await read()).json.net).toBe('5210.40');
  }
  clock.advance(30 * MINUTE);
  const asked = await read();
  expect([asked.status, asked.result, asked.json.rules?.[0]?.sent_to]).toEqual([
    428,
    'otp-required',
    '***78',
  ]);
  const opened = clock.now();
  expect((await enter(await code(2))).status).toBe(201);
  await person.stayBusy(opened, 24 * HOUR - 20 * MINUTE);
  for (const later of [0, 20 * MINUTE - 1]) {
    clock.advance(later);
    expect((await read()).status).toBe(200);
  }
  clock.advance(1);
  expect((await read()).status).toBe(428);
  await code(3);
  expect(outbox.messages().map(({ address }) => address)).toEqual(Array(3).fill('+5511987654378'));
});

test('the same where nobody may learn who exists: the person says their number again, and no other answer differs', async () => {
  const world = await openHidden();
  const { clock } = world.gateway;
  const { identify, enter, read, code, ...person } = personAt(world);
  const found = await identify();
  // The handle is sealed: by chance it may have any letters.
  const { record: handle, ...shown } = found.json;
  expect(handle).toMatch(/^[\w.-]{100,}$/);
  expect(JSON.stringify(shown)).not.toMatch(/p1|78"/);
  const first = await code(1);
  expect(told(await enter(wrongCode(first, 1)))).toEqual([
    403,
    'Incorrect code. You have 2 attempts remaining.',
  ]);
  expect(told(await enter(wrongCode(first, 2)))).toEqual([
    403,
    'Incorrect code. You have 1 attempt remaining.',
  ]);
  expect((await enter(first)).json).toMatchObject({ record: 'p1', idle_seconds: 1800 });
  expect((await read()).json.net).toBe('5210.40');
  clock.advance(30 * MINUTE);
  const asked = await read();
  expect([asked.status, asked.json.rules?.[0]?.sent_to]).toEqual([428, undefined]);
  expect(world.gateway.outbox.messages()).toHaveLength(1);
  await identify();
  const opened = clock.now();
  expect((await enter(await code(2))).status).toBe(201);
  await person.stayBusy(opened, 24 * HOUR);
  expect((await read()).status).toBe(428);
});
