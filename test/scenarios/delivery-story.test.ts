import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openInbox } from '../channels/smtp-inbox.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway } from '../harness/world.ts';

test('a delivery note becomes "Delivered" with the code that the customer read out', async () => {
  const crm = await openCrm({ auth: true });
  const inbox = await openInbox({ disabledCommands: ['STARTTLS'] });
  onTestFinished(inbox.close);
  const folder = openFolder();
  const audit = join(folder, 'audit.jsonl');

  // 1. The rule. 2. Its code: five digits, five minutes.
  const rule = deliveryRule({
    code: { type: 'numeric', length: 5, validFor: '5m' },
    send: {
      to: [{ channel: 'email', address: 'email' }],
      message: '{{code}} confirms that {{record.subject}} was delivered.',
    },
  });
  const { rep } = await openGateway(
    gatewayOptions(crm.url, {
      store: { kind: 'sqlite', path: join(folder, 'ledger.db') },
      audit: { kind: 'file', path: audit },
      channels: {
        email: { kind: 'smtp', host: '127.0.0.1', port: inbox.port, from: 'Acme <codes@acme.test>' },
      },
      rules: [rule],
    }),
  );

  // 3. The rep sets the status to "Delivered", and nothing is saved.
  const asked = await rep.deliver();
  expect(asked.status).toBe(428);
  expect(crm.saves).toHaveLength(0);

  // 4. The code goes to the address of the stored record.
  expect(inbox.mails).toHaveLength(1);
  const [mail] = inbox.mails;
  expect(mail?.to).toEqual(['ann@example.com']);
  const code = /^(\d{5}) confirms that Two boxes was delivered\.$/m.exec(mail?.text ?? '')?.[1] ?? '';
  expect(code).toHaveLength(5);

  // 5. The rep is told where it went, for how long, and where to put it.
  expect(asked.json.rules).toMatchObject([
    {
      rule: '7',
      result: 'otp-required',
      header: 'OTPRULES-OTP-7',
      field: 'OTPRULES_OTP_7',
      sent_to: 'a***@***.com',
      attempts_remaining: 3,
    },
  ]);
  const lifeMs = Date.parse(asked.json.rules?.[0]?.expires_at ?? '') - Date.now();
  expect(lifeMs).toBeGreaterThan(4 * 60_000);
  expect(lifeMs).toBeLessThanOrEqual(5 * 60_000);

  // 6. The code is entered in the body. 7. It is validated. 8. The note is saved, without a trace of the code.
  const saved = await rep.call('PATCH', NOTE, {
    status: 'Delivered',
    OTPRULES_OTP_DeliveryConfirmationOTP: code,
  });
  expect([saved.status, saved.result, saved.code]).toEqual([200, 'verified', 'used']);
  expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"status":"Delivered"}']);
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered', subject: 'Two boxes' });

  // 9. Who did what is written down, and the code is worth nothing any more.
  const events = readFileSync(audit, 'utf8').trim().split('\n');
  expect(events.map((line) => (JSON.parse(line) as { readonly event: string }).event)).toEqual([
    'code-sent',
    'save-refused',
    'save-countersigned',
    'save-settled',
  ]);
  crm.records.set('45', { ...crm.records.get('45'), status: 'Out for delivery' });
  const again = await rep.deliver(code);
  expect([again.status, again.result]).toEqual([409, 'otp-used']);
  expect(crm.saves).toHaveLength(1);
});
