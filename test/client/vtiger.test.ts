import { createRequire } from 'node:module';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Challenge, withCountersign } from '../../src/client/client.ts';
import { createTestGateway } from '../../src/testing.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';
import { otherThan } from './stage.ts';

const CLOSING = { id: '17x5', ticketstatus: 'Closed' };

/** A ticket of Vtiger that is closed with the code of its contact only. */
async function open() {
  const crm = await startVtiger({ positional: true });
  onTestFinished(crm.close);
  const mount = { dialect: 'vtiger-webservice', path: '/webservice.php' } as const;
  const address = { via: 'contact_id', module: 'People', field: 'mobile' };
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      HelpDesk: { ...mount, idPrefix: '17' },
      People: { ...mount, idPrefix: '12', type: 'Contacts' },
    },
    channels: { sms: { kind: 'outbox', address: 'phone' } },
    rules: [
      {
        id: 11,
        name: 'Closing',
        module: 'HelpDesk',
        when: { changed_to: ['ticketstatus', 'Closed'] },
        send: { to: [{ channel: 'sms', address }] },
      },
    ],
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const statusOf = () => crm.state.records.get(5)?.fields['ticketstatus'];
  return { crm, gateway, url, statusOf, code: () => gateway.lastCode() ?? 'none' };
}

it('a refusal that Vtiger would word with status 200 is asked about, and sent again with the session in its form', async () => {
  const { gateway, url, statusOf, code } = await open();
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
  const { url, statusOf, code } = await open();
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
