import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { after, onSaves } from '../harness/answers.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { type Answered, type Rep, repOf } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openFolder, openGateway, openWorld } from '../harness/world.ts';

const RECORD = '/_countersign/rules/7/records/45';
const PAGES = {
  publicUrl: 'https://confirm.example.com',
  rules: [deliveryRule({ confirm: 'page' })],
} as const;

describe('a call that waits', () => {
  test.each([
    ['yes', 'approved'],
    ['no', 'declined'],
  ] as const)('answers when the customer does, at whichever gateway: %s', async (answer, result) => {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const store = { kind: 'sqlite', path: join(openFolder(), 'ledger.db') } as const;
    const options = gatewayOptions(crm.url, { ...PAGES, rules: [...PAGES.rules], store });
    const [one, other] = [
      await openGateway(options, { channels: { email: outbox } }),
      await openGateway(options, { channels: { email: outbox } }),
    ];
    await one.rep.deliver();
    const reads = crm.received.length;
    const waiting = one.rep.call('GET', `${RECORD}?wait=60`);
    // Nothing has changed yet: another call, which does not wait, is answered meanwhile.
    expect((await one.rep.standing()).json.result).toBe('living');
    await customerAt(other.url, outbox.messages().at(-1)?.link ?? '').press(answer);
    const told = await waiting;
    expect([told.status, told.json.result, told.result]).toEqual([200, result, result]);
    // One read for each of the two calls, however long one of them waited.
    expect(crm.received.length - reads).toBe(2);
  });

  test('answers with the same row when its time is over', async () => {
    const { rep } = await openWorld(PAGES as never);
    await rep.deliver();
    const before = await rep.standing();
    const told = await rep.call('GET', `${RECORD}?wait=1`);
    expect([told.status, told.json]).toEqual([200, before.json]);
  });

  test('answers when the code is spent, taken back or over', async () => {
    const { gateway, crm, rep, code } = await openWorld(PAGES as never);
    const { promise: hold, resolve: go } = Promise.withResolvers<void>();
    await rep.deliver();
    crm.answerWith(onSaves(after(hold)));
    const claimed = rep.call('GET', `${RECORD}?wait=60`);
    const saving = rep.deliver(code());
    expect((await claimed).json.result).toBe('in-progress');
    const spent = rep.call('GET', `${RECORD}?wait=60`);
    go();
    await saving;
    expect((await spent).json.result).toBe('used');
    crm.answerWith();
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    gateway.clock.advance(30_000);
    await rep.deliver();
    const taken = rep.call('GET', `${RECORD}?wait=60`);
    await rep.call('DELETE', `${RECORD}/code`);
    expect((await taken).json.result).toBe('none');
    gateway.clock.advance(30_000);
    await rep.deliver();
    const over = rep.call('GET', `${RECORD}?wait=60`);
    gateway.clock.advance(5 * 60_000);
    expect((await over).json.result).toBe('expired');
  });

  test('answers at once where nothing lives, or the customer has answered', async () => {
    const { gateway, rep, url } = await openWorld(PAGES as never);
    const look = async () => (await rep.call('GET', `${RECORD}?wait=60`)).json.result;
    expect(await look()).toBe('none');
    await rep.deliver();
    await customerAt(url, gateway.outbox.messages().at(-1)?.link ?? '').press('yes');
    expect(await look()).toBe('approved');
    await rep.deliver();
    expect(await look()).toBe('used');
  });

  test.each([
    '61',
    '-1',
    'x',
    '',
    '1.5',
    '1&wait=2',
    '100',
    '1e1',
  ])('that says wait=%s is not read', async (wait) => {
    const { rep } = await openWorld(PAGES as never);
    await rep.deliver();
    const told = await rep.call('GET', `${RECORD}?wait=${wait}`);
    expect([told.status, told.result]).toEqual([400, 'request-unreadable']);
  });

  test("may have other parameters beside, and is none of a stranger's", async () => {
    const { rep, url } = await openWorld(PAGES as never, { auth: true });
    await rep.deliver();
    expect((await rep.call('GET', `${RECORD}?sessionName=x&wait=0`)).json.result).toBe('living');
    expect((await repOf(url, null).call('GET', `${RECORD}?wait=60`)).status).toBe(401);
  });

  test('a caller waits four times at once, and no gateway waits for them to stop', async () => {
    const { gateway, rep, url } = await openWorld({ ...PAGES, limits: NO_LIMITS } as never);
    await rep.deliver();
    const told: Answered[] = [];
    const wait = async (who: Rep) => void told.push(await who.call('GET', `${RECORD}?wait=60`));
    const own = Array.from({ length: 5 }, () => wait(rep));
    await until(() => told.length === 1);
    expect([told[0]?.status, told[0]?.result]).toEqual([503, 'otp-unavailable']);
    expect(told[0]?.headers.get('retry-after')).toBe('5');
    expect((await rep.standing()).status).toBe(200);
    const callers = Array.from({ length: 25 }, (_, index) => repOf(url, `Bearer rep ${index}`));
    const others = callers.flatMap((other) => Array.from({ length: 4 }, () => wait(other)));
    await until(() => told.length === 5);
    expect(told.map(({ status }) => status)).toEqual(Array(5).fill(503));
    await gateway.close();
    await Promise.all([...own, ...others]);
    const waited = told.slice(5).map(({ status, json }) => `${status} ${json.result}`);
    expect(waited).toEqual(Array(100).fill('200 living'));
  });

  test('gives its place back when its caller hangs up', async () => {
    const { rep, url } = await openWorld(PAGES as never);
    await rep.deliver();
    const started = performance.now();
    const leaving = new AbortController();
    const calls = Array.from({ length: 5 }, () =>
      fetch(`${url}${RECORD}?wait=60`, {
        signal: leaving.signal,
        headers: { authorization: 'Bearer rep' },
      }),
    );
    expect((await Promise.race(calls)).status).toBe(503);
    leaving.abort();
    await Promise.allSettled(calls);
    while ((await rep.call('GET', `${RECORD}?wait=1`)).status !== 200);
    // None of the calls was over by itself.
    expect(performance.now() - started).toBeLessThan(60_000);
  });
});
