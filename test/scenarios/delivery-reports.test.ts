import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { CountersignError } from '../../src/core/fault.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import type { SentReport } from '../channels/sent-report.ts';
import { ACCOUNT, SENDER, startTwilio, TOKEN, twilioReport } from '../channels/twilio-stand-in.ts';
import { startWebhook, SECRET as WEBHOOK_SECRET, webhookReport } from '../channels/webhook-stand-in.ts';
import {
  APP_SECRET,
  TOKEN as META_TOKEN,
  NUMBER_ID,
  startWhatsapp,
  VERIFY_TOKEN,
  whatsappReport,
} from '../channels/whatsapp-stand-in.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, PATIENCE } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';

const PUBLIC = 'https://gate.acme.test';
const REPORTS = '/_countersign/reports';
const NOW = Date.UTC(2026, 10, 21, 14, 30);
const TOLD = { status: 'delivered', at: new Date(NOW).toISOString() };

/** A gateway with a channel of each kind that takes reports, the rule's by SMS first. */
async function openStage(
  to: readonly string[] = ['sms'],
  changes: Partial<ConfigInput> = {},
  clock = createHandClock(NOW),
  ledger = createMemoryStore(clock),
) {
  const crm = await openCrm({ records: { '45': { ...STORED, phone: '+12015550123' } } });
  const twilio = await startTwilio();
  const whatsapp = await startWhatsapp();
  const hook = await startWebhook({ now: clock.now });
  const account = { kind: 'twilio', baseUrl: twilio.url, accountSid: ACCOUNT, authToken: TOKEN } as const;
  const channels = {
    sms: { ...account, from: SENDER, timeout: PATIENCE, reports: { url: `${PUBLIC}${REPORTS}/sms` } },
    second: { ...account, from: SENDER, reports: { url: `${PUBLIC}${REPORTS}/second` } },
    silent: { ...account, from: SENDER },
    whatsapp: {
      kind: 'whatsapp',
      baseUrl: `${whatsapp.url}/v25.0`,
      phoneNumberId: NUMBER_ID,
      token: META_TOKEN,
      template: 'verification_code',
      language: 'en_US',
      reports: { appSecret: APP_SECRET, verifyToken: VERIFY_TOKEN },
    },
    hook: { kind: 'webhook', url: `${hook.url}/codes/in/`, secret: WEBHOOK_SECRET, reports: true },
  } as const;
  const rule = deliveryRule({ send: { to: to.map((channel) => ({ channel, address: 'phone' })) } });
  const admin = { port: 0 };
  const options = gatewayOptions(crm.url, { channels, rules: [rule], limits: NO_LIMITS, admin, ...changes });
  let isAway = false;
  const lines: string[] = [];
  const note = (...said: readonly unknown[]) => lines.push(JSON.stringify(said));
  const warnings: string[] = [];
  const warn = (details: object, message: string) => {
    warnings.push(message);
    note(details, message);
  };
  const gateway = createGateway(options, {
    clock,
    log: { debug: note, info: note, warn, error: note },
    store: {
      ...ledger,
      async find(key) {
        if (isAway) throw new CountersignError('store-unavailable', 'it is gone');
        return ledger.find(key);
      },
    },
  });
  const { url, adminUrl } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await Promise.all([twilio.close(), whatsapp.close(), hook.close()]);
  });
  const rep = repOf(url);
  const report = (channel: string, { query, headers, body }: SentReport) =>
    rep.call('POST', `${REPORTS}/${channel}${query}`, body, Object.fromEntries(headers));
  return {
    crm,
    clock,
    twilio,
    whatsapp,
    hook,
    rep,
    report,
    /** What Twilio was told to call with reports, of its newest message. */
    callback: () => twilio.messages.at(-1)?.['StatusCallback'] ?? '',
    texted: () => /\b\d{6}\b/.exec(twilio.messages.at(-1)?.['Body'] ?? '')?.[0] ?? '',
    /** By Twilio, of its newest message. */
    reportSms: (status: string) =>
      report('sms', twilioReport(twilio.messages.at(-1)?.['StatusCallback'] ?? '', status)),
    shown: async () => (await rep.standing()).json['delivery'],
    setAway: (away: boolean) => {
      isAway = away;
    },
    metrics: async () => (await fetch(`${adminUrl}/metrics`)).text(),
    logged: () => lines.join('\n'),
    warnings,
  };
}

describe('what a provider reports is shown with the code', () => {
  test('by SMS: sent, then delivered', async () => {
    const { rep, reportSms, shown, clock } = await openStage();
    await rep.deliver();
    expect(await shown()).toBeUndefined();
    const answer = await reportSms('sent');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await shown()).toEqual({ ...TOLD, status: 'sent' });
    clock.advance(1000);
    await reportSms('delivered');
    expect(await shown()).toEqual({ status: 'delivered', at: new Date(NOW + 1000).toISOString() });
    expect((await rep.deliver()).json.rules?.[0]).toMatchObject({
      result: 'otp-required',
      delivery: await shown(),
    });
  });

  test('by WhatsApp', async () => {
    const { rep, report, whatsapp, shown } = await openStage(['whatsapp']);
    await rep.deliver();
    const reference = whatsapp.messages[0]?.opaque ?? '';
    expect(reference.length).toBeLessThanOrEqual(512);
    expect((await report('whatsapp', whatsappReport([{ reference, status: 'delivered' }]))).status).toBe(204);
    expect(await shown()).toEqual(TOLD);
  });

  test('by the endpoint of one’s own', async () => {
    const { rep, report, hook, shown } = await openStage(['hook']);
    await rep.deliver();
    const data = { id: hook.events[0]?.id, status: 'delivered' };
    expect((await report('hook', webhookReport({ type: 'otp.delivery', data }, NOW))).status).toBe(204);
    expect(await shown()).toEqual(TOLD);
  });

  test('and is not taken back by a report that was overtaken', async () => {
    const { rep, reportSms, shown } = await openStage();
    await rep.deliver();
    for (const status of ['delivered', 'sent', 'queued', 'undelivered', 'delivered'])
      expect((await reportSms(status)).status).toBe(204);
    expect(await shown()).toEqual(TOLD);
  });

  test('and is gone with the code', async () => {
    const { rep, reportSms, shown, clock } = await openStage();
    await rep.deliver();
    await reportSms('delivered');
    clock.advance(5 * 60_000);
    expect(await shown()).toBeUndefined();
    expect((await reportSms('read')).status).toBe(204);
    expect(await shown()).toBeUndefined();
  });
});

describe('a report changes nothing', () => {
  test('of the code: neither its attempts, its sends, its life nor what it is good for', async () => {
    const { crm, rep, reportSms, texted } = await openStage();
    await rep.deliver();
    await rep.deliver(wrongCode(texted()));
    const { delivery: _none, ...before } = (await rep.standing()).json;
    for (const status of ['failed', 'undelivered', 'delivered', 'read']) {
      await reportSms(status);
      const { delivery, ...after } = (await rep.standing()).json;
      expect([delivery !== undefined, after]).toEqual([true, before]);
    }
    expect((await rep.deliver(texted())).code).toBe('used');
    expect((await reportSms('failed')).status).toBe(204);
    expect((await rep.standing()).json).toMatchObject({ result: 'used' });
    expect(crm.saves).toHaveLength(1);
  });

  test('at the CRM, which hears of none', async () => {
    const { crm, rep, report, reportSms, callback, whatsapp } = await openStage();
    await rep.deliver();
    const heard = crm.received.length;
    await reportSms('delivered');
    await report('sms', twilioReport(callback(), 'delivered', 'another'));
    await report('unknown', twilioReport(callback(), 'delivered'));
    await report('whatsapp', whatsappReport([]));
    await rep.call('GET', `${REPORTS}/whatsapp?hub.mode=subscribe`);
    expect(crm.received).toHaveLength(heard);
    expect(whatsapp.received).toEqual([]);
  });

  test('and says no code, to nobody', async () => {
    const { rep, reportSms, callback, texted, logged, metrics } = await openStage();
    await rep.deliver();
    const answer = await reportSms('delivered');
    const said = [callback(), answer.text, JSON.stringify([...answer.headers]), logged(), await metrics()];
    for (const text of said) expect(text).not.toContain(texted());
    expect(callback()).not.toMatch(/\b45\b|DeliveryNotes|5550123/);
  });
});

describe('nothing is believed', () => {
  test('that is signed with another secret, or not at all', async () => {
    const { rep, report, callback, shown, logged, warnings } = await openStage();
    await rep.deliver();
    const forged = twilioReport(callback(), 'delivered', 'another');
    for (const sent of [forged, { ...forged, headers: forged.headers.slice(0, 1) }]) {
      const answer = await report('sms', sent);
      expect([answer.status, answer.result]).toEqual([403, 'request-unreadable']);
    }
    expect(await shown()).toBeUndefined();
    // Anybody can send them, and a warning does not wait for other lines.
    expect(logged().match(/a delivery report was refused/g)).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  test('that was altered on its way', async () => {
    const { rep, report, callback, shown } = await openStage();
    await rep.deliver();
    const sent = twilioReport(callback(), 'sent');
    const altered = { ...sent, body: sent.body.replaceAll('=sent', '=read') };
    expect((await report('sms', altered)).status).toBe(403);
    expect((await report('sms', { ...sent, query: `${sent.query}x` })).status).toBe(403);
    expect(await shown()).toBeUndefined();
  });

  test('that was signed for another channel of the same account', async () => {
    const { rep, report, callback, shown } = await openStage();
    await rep.deliver();
    expect((await report('second', twilioReport(callback(), 'delivered'))).status).toBe(403);
    const rewritten = callback().replace('/sms?', '/second?');
    expect((await report('second', twilioReport(rewritten, 'delivered'))).status).toBe(204);
    expect(await shown()).toBeUndefined();
  });

  test('of a code that was superseded: it is not said of the new one', async () => {
    const { rep, report, callback, shown, clock } = await openStage();
    await rep.deliver();
    const first = callback();
    clock.advance(30_000);
    expect((await rep.askForCode()).status).toBe(201);
    expect((await report('sms', twilioReport(first, 'delivered'))).status).toBe(204);
    expect(await shown()).toBeUndefined();
  });

  test('of a message by the channel before: it is not said of the one by the next', async () => {
    const { rep, report, twilio, shown, hook } = await openStage(['sms', 'hook']);
    twilio.answerWith((_, response) => response.writeHead(503).end());
    expect((await rep.deliver()).json.rules?.[0]).toMatchObject({ channel: 'hook' });
    const [asked] = twilio.received;
    const late = new URLSearchParams(asked?.body.toString()).get('StatusCallback') ?? '';
    expect((await report('sms', twilioReport(late, 'delivered'))).status).toBe(204);
    expect(await shown()).toBeUndefined();
    const data = { id: hook.events[0]?.id, status: 'delivered' };
    await report('hook', webhookReport({ type: 'otp.delivery', data }, NOW));
    expect(await shown()).toEqual(TOLD);
  });

  test('of what nobody knows; it is answered as if it were known', async () => {
    const { rep, report, reportSms, shown } = await openStage();
    await rep.deliver();
    const known = await reportSms('queued');
    const url = `${PUBLIC}${REPORTS}/sms`;
    for (const query of ['', '?reference=', '?reference=unknown', `?reference=k1.${'A'.repeat(150)}`]) {
      const answer = await report('sms', twilioReport(url + query, 'delivered'));
      expect([answer.status, answer.text]).toEqual([known.status, known.text]);
    }
    expect(await shown()).toBeUndefined();
  });
});

describe('the path of reports', () => {
  test('does not exist for a channel that takes none, nor for none', async () => {
    const { rep } = await openStage();
    const nowhere = (await rep.call('POST', '/_countersign/nowhere')).json;
    for (const name of ['silent', 'unknown', 'sms/more', '%73ms', '..%2fsms', '']) {
      const answer = await rep.call('POST', `${REPORTS}/${name}`, '{}');
      expect([answer.status, answer.json]).toEqual([404, nowhere]);
    }
  });

  test('takes POST alone, where there is no greeting', async () => {
    const { rep } = await openStage();
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect((await rep.call(method, `${REPORTS}/sms`)).status).toBe(405);
    expect((await rep.call('GET', `${REPORTS}/sms`)).status).toBe(403);
  });

  test('takes no large body', async () => {
    const { rep, report, callback, shown } = await openStage();
    await rep.deliver();
    const sent = twilioReport(callback(), 'delivered');
    const large = { ...sent, body: `${sent.body}&${'x'.repeat(256 * 1024)}` };
    expect((await report('sms', large)).status).toBe(413);
    expect(await shown()).toBeUndefined();
  });

  test('refuses what is signed and no report', async () => {
    const { report } = await openStage();
    expect((await report('hook', webhookReport([], NOW))).status).toBe(400);
  });

  test('gives Meta its challenge back, for the token only', async () => {
    const { rep } = await openStage();
    const asked = (token: string) =>
      rep.call(
        'GET',
        `${REPORTS}/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${token}`,
      );
    const greeted = await asked(encodeURIComponent(VERIFY_TOKEN));
    expect([greeted.status, greeted.text, greeted.headers.get('content-type')]).toEqual([
      200,
      '1158201444',
      'text/plain',
    ]);
    const other = await asked('another');
    expect(other.status).toBe(403);
    expect(other.text).not.toContain('1158201444');
  });
});

test('while the store is away a report is refused with 503, and is taken when it comes again', async () => {
  const { rep, reportSms, shown, setAway } = await openStage();
  await rep.deliver();
  setAway(true);
  const refused = await reportSms('delivered');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  setAway(false);
  expect(await shown()).toBeUndefined();
  expect((await reportSms('delivered')).status).toBe(204);
  expect(await shown()).toEqual(TOLD);
});

test('a report may come to another gateway, also while the secret is rotated, and not after', async () => {
  const clock = createHandClock(NOW);
  const ledger = { ...createMemoryStore(clock), close: async () => undefined };
  const [old, fresh] = [
    'an old secret of more than thirty-two bytes',
    'a new secret of more than thirty-two bytes',
  ];
  const sender = await openStage(['sms'], { secret: old }, clock, ledger);
  const after = await openStage(['sms'], { secret: fresh }, clock, ledger);
  const during = await openStage(['sms'], { secret: [fresh, old] }, clock, ledger);
  await sender.rep.deliver();
  const sent = twilioReport(sender.callback(), 'delivered');
  expect((await after.report('sms', sent)).status).toBe(204);
  expect(await sender.shown()).toBeUndefined();
  expect((await during.report('sms', sent)).status).toBe(204);
  expect([await sender.shown(), await during.shown()]).toEqual([TOLD, TOLD]);
});

test('reports are counted by channel and status, and so are those that are none', async () => {
  const { rep, report, reportSms, callback, metrics } = await openStage();
  await rep.deliver();
  await reportSms('sent');
  await reportSms('delivered');
  await reportSms('delivered');
  await report('sms', twilioReport(callback(), 'delivered', 'another'));
  const lines = (await metrics())
    .split('\n')
    .filter((line) => line.startsWith('countersign_delivery_reports'));
  expect(lines.sort()).toEqual([
    'countersign_delivery_reports_total{channel="sms",status="delivered"} 2',
    'countersign_delivery_reports_total{channel="sms",status="sent"} 1',
    'countersign_delivery_reports_total{channel="sms",status="unsigned"} 1',
  ]);
});
