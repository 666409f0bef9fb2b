import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm, openWorld } from '../harness/world.ts';

describe('the gateway for tests', () => {
  test('says the newest code, to anybody and to one address, and nothing before there is one', async () => {
    const { crm, gateway, rep } = await openWorld();
    expect(gateway.lastCode()).toBeUndefined();
    await rep.deliver();
    const ann = gateway.lastCode();
    crm.records.set('46', { ...STORED, id: '46', email: 'bob@example.com' });
    await rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' });
    expect(gateway.lastCode('ann@example.com')).toBe(ann);
    expect(gateway.lastCode('bob@example.com')).toBe(gateway.lastCode());
    expect(gateway.lastCode('nobody@example.com')).toBeUndefined();
  });

  test('has a clock that stands still until it is turned', async () => {
    const { gateway, rep, code } = await openWorld();
    await rep.deliver();
    const before = await rep.standing();
    expect((await rep.standing()).text).toBe(before.text);
    gateway.clock.advance(5 * 60_000);
    expect((await rep.deliver(code())).result).toBe('otp-expired');
  });

  test('takes the addresses that the channels in whose place the outbox stands would take', async () => {
    const phone = '(11) 91234-5678';
    const crm = await openCrm({ records: { '45': { ...STORED, phone } } });
    const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'none', from: '+15017122661' };
    const gateway = createTestGateway(
      deliveryOptions(crm.url, {
        channels: {
          abroad: { kind: 'twilio', ...account, defaultCountry: 'BR', countries: ['US'] },
          hook: { kind: 'webhook', url: 'https://codes.acme.test', secret: `whsec_${'A'.repeat(32)}` },
          sms: { kind: 'twilio', ...account, defaultCountry: 'BR' },
        },
        rules: [
          deliveryRule({
            send: { to: ['abroad', 'hook', 'sms'].map((channel) => ({ channel, address: 'phone' })) },
          }),
        ],
      }),
    );
    const { url } = await gateway.listen();
    onTestFinished(gateway.close);
    await repOf(url).deliver();
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+5511912345678']);
  });

  test('puts an outbox in the place of every channel that the options name', async () => {
    const crm = await openCrm({ records: { '45': { ...STORED, phone: '+5511987654321' } } });
    const gateway = createTestGateway(
      deliveryOptions(crm.url, {
        channels: {
          mail: { kind: 'smtp', host: 'mail.invalid', port: 25, from: 'codes@acme.test' },
          text: { kind: 'outbox', address: 'phone' },
        },
        rules: [
          deliveryRule({ send: { to: [{ channel: 'text', address: 'phone' }] } }),
          deliveryRule({ id: 8, name: 'Second', send: { to: [{ channel: 'mail', address: 'email' }] } }),
        ],
      }),
    );
    onTestFinished(gateway.close);
    const { url } = await gateway.listen();
    expect((await repOf(url).deliver()).status).toBe(428);
    const addresses = gateway.outbox.messages().map(({ address }) => address);
    expect(addresses.toSorted()).toEqual(['+5511987654321', 'ann@example.com']);
  });

  test('remembers nothing of another one', async () => {
    const first = await openWorld();
    await first.rep.deliver();
    const second = await openWorld();
    expect((await second.rep.standing()).json.result).toBe('none');
    expect(second.gateway.lastCode()).toBeUndefined();
  });
});
