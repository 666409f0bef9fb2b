import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { HIDDEN_MODULE, hiddenRule } from '../harness/hidden.ts';
import { findingIn, PAYSLIPS, PEOPLE, RULE } from '../harness/payslips.ts';
import { type Rep, wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * Where nobody may learn who is there, a row of the ledger is that of a question: who asked, for which value. Asked again after the secret was
 * rotated it is the same question. If it had another name then, a caller would have as many guesses more at the same person's codes.
 */

const OLD = 'the secret that goes away, as long as it has to be';
const NEW = 'the secret that comes after it, as long as it has to be';
const MINUTE = 60_000;

async function openSite() {
  const crm = await openCrm({ collection: PAYSLIPS, records: PEOPLE, auth: true });
  crm.answerWith(findingIn(crm));
  const clock = createHandClock(Date.now());
  const store = { ...createMemoryStore(clock), close: async () => undefined };
  const outbox = createOutbox({ addressKind: 'phone' });
  const repWith = async (...secret: string[]) => {
    const options = gatewayOptions(crm.url, {
      secret,
      limits: NO_LIMITS,
      modules: { Payslips: HIDDEN_MODULE },
      channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
      rules: [hiddenRule()],
    });
    return (await openGateway(options, { clock, store, channels: { whatsapp: outbox } })).rep;
  };
  return { clock, outbox, repWith };
}

const identify = (rep: Rep, value: string) => rep.call('POST', `${RULE}/identify`, { value });
const open = (rep: Rep, handle: unknown, code: string) =>
  rep.call('POST', `${RULE}/records/${handle}/grant`, { code });

test.each([
  ['who is there', '4721'],
  ['nobody', '9999'],
])('guesses at %s count together, before the secret is rotated and after it', async (_, value) => {
  const { clock, repWith } = await openSite();
  const old = await repWith(OLD);
  const before = (await identify(old, value)).json.record;
  expect((await open(old, before, '000000')).status).toBe(403);
  clock.advance(MINUTE);
  const rotated = await repWith(NEW, OLD);
  const after = (await identify(rotated, value)).json.record;
  expect((await open(rotated, after, '000001')).status).toBe(403);
  expect((await open(rotated, before, '000002')).status).toBe(403);
  for (const handle of [before, after])
    expect((await open(rotated, handle, '000003')).result).toBe('otp-attempts-exhausted');
  expect((await identify(rotated, value)).result).toBe('otp-attempts-exhausted');
});

test('so they do at two gateways, each with another secret first', async () => {
  const { clock, repWith } = await openSite();
  const both = [await repWith(OLD, NEW), await repWith(NEW, OLD)] as const;
  const handles: unknown[] = [];
  for (const rep of both) {
    handles.push((await identify(rep, '4721')).json.record);
    clock.advance(MINUTE);
  }
  for (const index of [0, 1, 0])
    expect((await open(both[index as 0 | 1], handles[index], `00000${index}`)).status).toBe(403);
  for (const index of [0, 1] as const)
    expect((await open(both[index], handles[index], '000009')).result).toBe('otp-attempts-exhausted');
});

test('honest: a code from before opens the record after it, by the handle of either time', async () => {
  for (const asksAgain of [false, true]) {
    const { clock, outbox, repWith } = await openSite();
    const before = (await identify(await repWith(OLD), '4721')).json.record;
    const rotated = await repWith(NEW, OLD);
    clock.advance(MINUTE);
    const handle = asksAgain ? (await identify(rotated, '4721')).json.record : before;
    await until(() => outbox.messages().length === (asksAgain ? 2 : 1));
    const code = outbox.lastCode() ?? '';
    expect((await open(rotated, handle, wrongCode(code, 1))).status).toBe(403);
    const opened = await open(rotated, handle, code);
    expect(opened.status).toBe(201);
    expect(opened.json.record).toBe('p1');
    const read = await rotated.call('GET', `${PAYSLIPS}/p1`, undefined, {
      'OTPRULES-Grant': `${opened.json.token}`,
    });
    expect(read.json.net).toBe('5210.40');
  }
});
