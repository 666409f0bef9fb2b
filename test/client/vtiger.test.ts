import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { type Challenge, withCountersign } from '../../src/client/client.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';
import { CLOSING, openTicket } from '../harness/vtiger-ticket.ts';
import { otherThan } from './stage.ts';

it('a refusal that Vtiger would word with status 200 is asked about, and sent again with the session in its form', async () => {
  const { gateway, url, statusOf, code } = await openTicket();
  const ask = vi.fn(async ({ resend }: Challenge) => {
    if (ask.mock.calls.length === 1) return otherThan(code());
    gateway.clock.advance(60_000);
    expect(await resend()).toMatchObject({ rule: '11', record: '17x5', result: 'sent' });
    return code();
  });
  const api = withCountersign(fetch, { ask });
  const response = await api(`${url}/webservice.php`, {
    method: 'POST',
    body: new URLSearchParams({
      operation: 'revise',
      sessionName: SESSION,
      element: JSON.stringify(CLOSING),
    }),
  });
  expect(await response.json()).toMatchObject({ success: true, result: { ticketstatus: 'Closed' } });
  expect(ask.mock.calls.map(([{ attemptsRemaining }]) => attemptsRemaining)).toEqual([3, 2]);
  expect(statusOf()).toBe('Closed');
});

type Fault = {
  readonly code: string;
  readonly message: string;
  readonly rules: readonly { readonly field: string }[];
};
type Callback<T> = (error: Fault | null, result: T) => void;
type Fields = Readonly<Record<string, string>>;
/** As far as it is used here. https://www.npmjs.com/package/node-vtiger */
type NodeVtiger = {
  doLogin(callback: Callback<unknown>): void;
  doRetrieve(id: string, callback: Callback<Fields>): void;
  doUpdate(fields: Fields, callback: Callback<Fields>): void;
};
type NodeVtigerClass = new (url: string, user: string, key: string, level: string) => NodeVtiger;

it('node-vtiger, unchanged, saves with the code as the field that the message names', async () => {
  const Client = createRequire(import.meta.url)('node-vtiger') as NodeVtigerClass;
  const { url, statusOf, code } = await openTicket();
  const client = new Client(url, 'admin', ACCESS_KEY, 'fatal');
  const told = <T>(call: (callback: Callback<T>) => void) =>
    new Promise<{ error: Fault | null; result: T }>((resolve) =>
      call((error, result) => resolve({ error, result })),
    );
  await told((callback) => client.doLogin(callback));
  const { result: ticket } = await told<Fields>((callback) => client.doRetrieve('17x5', callback));
  const closed = { ...ticket, ...CLOSING };
  const { error } = await told((callback) => client.doUpdate(closed, callback));
  expect(error).toMatchObject({
    code: 'OTP_REQUIRED',
    message: expect.stringContaining('as OTPRULES_OTP_11'),
  });
  const [, field = ''] = /as (OTPRULES_OTP_\w+)/.exec(error?.message ?? '') ?? [];
  expect(error?.rules[0]?.field).toBe(field);
  const saved = await told((callback) => client.doUpdate({ ...closed, [field]: code() }, callback));
  expect(saved.error).toBeNull();
  expect(statusOf()).toBe('Closed');
});
