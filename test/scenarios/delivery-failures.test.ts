import { expect, onTestFinished, test } from 'vitest';
import type { Channel, Delivery } from '../../src/ports.ts';
import { openInbox } from '../channels/smtp-inbox.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

function mailOn(port: number) {
  return { email: { kind: 'smtp', host: '127.0.0.1', port, from: 'codes@acme.test' } } as const;
}

test('where the mail server is not there, the save waits, and the send is not counted', async () => {
  const crm = await openCrm();
  const gone = await openInbox();
  await gone.close();
  const { rep } = await openGateway(gatewayOptions(crm.url, { channels: mailOn(gone.port) }));
  for (const asked of [await rep.deliver(), await rep.deliver(), await rep.askForCode()]) {
    expect([asked.status, asked.result]).toEqual([503, 'otp-delivery-failed']);
    expect(asked.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(asked.text).not.toMatch(/ECONNREFUSED|127\.0\.0\.1/);
  }
  expect((await rep.standing()).json).toMatchObject({ result: 'none', resends_remaining: 3 });
  expect((await rep.call('PATCH', NOTE, { weight: 3 })).status).toBe(200);
  expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"weight":3}']);
});

test('where the mail server refuses the address, the next try is made at once', async () => {
  const crm = await openCrm();
  let isFull = true;
  const inbox = await openInbox({
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(isFull ? new Error('mailbox full') : undefined),
  });
  onTestFinished(inbox.close);
  const { rep } = await openGateway(gatewayOptions(crm.url, { channels: mailOn(inbox.port) }));
  expect((await rep.deliver()).result).toBe('otp-delivery-failed');
  expect(inbox.mails).toEqual([]);
  isFull = false;
  expect((await rep.deliver()).result).toBe('otp-required');
  expect(inbox.mails).toHaveLength(1);
  expect(crm.saves).toHaveLength(0);
});

/** A provider that keeps what it is given and answers as it is told. */
function providerOf(answers: readonly Delivery[]): Channel & { readonly codes: string[] } {
  const codes: string[] = [];
  return {
    addressKind: 'email',
    codes,
    async deliver({ code }) {
      codes.push(code);
      return answers[codes.length - 1] ?? { kind: 'accepted' };
    },
    close: async () => undefined,
  };
}

const to = [
  { channel: 'first', address: 'email' },
  { channel: 'second', address: 'email' },
];
const channels = { first: { kind: 'outbox' }, second: { kind: 'outbox' } } as const;
const rules = [deliveryRule({ send: { to } })];

test('where one channel fails, the next one gets the same code', async () => {
  const crm = await openCrm();
  const [first, second] = [providerOf([{ kind: 'refused', reason: 'no credit' }]), providerOf([])];
  const options = gatewayOptions(crm.url, { channels, rules });
  const { rep } = await openGateway(options, { channels: { first, second } });
  const asked = await rep.deliver();
  expect(asked.json.rules?.[0]).toMatchObject({ result: 'otp-required', channel: 'second' });
  expect(second.codes).toEqual(first.codes);
  expect((await rep.deliver(second.codes[0])).code).toBe('used');
});

test('where a provider does not say, the code may have arrived: it lives, and the send counts', async () => {
  const crm = await openCrm();
  const first = providerOf([{ kind: 'unknown', reason: 'timeout' }]);
  const second = providerOf([{ kind: 'refused', reason: 'no credit' }]);
  const options = gatewayOptions(crm.url, { channels, rules });
  const { rep } = await openGateway(options, { channels: { first, second } });
  expect((await rep.deliver()).result).toBe('otp-delivery-failed');
  expect((await rep.standing()).json.result).toBe('living');
  expect((await rep.askForCode()).result).toBe('otp-resend-limited');
  expect((await rep.deliver(first.codes[0])).code).toBe('used');
  expect(crm.saves).toHaveLength(1);
});
