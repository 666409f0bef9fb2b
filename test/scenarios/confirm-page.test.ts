import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { refuse as crmRefuses, cutBeforeHeaders, onSaves } from '../harness/answers.ts';
import { STORED } from '../harness/crm.ts';
import { changesIn, customerAt, pageTokenIn } from '../harness/customer.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';

const PUBLIC = 'https://confirm.example.com';
const CODE = '/_countersign/rules/7/records/45/code';

/** A world in which the rule has a page, and the customer of its newest message. */
async function openPages(rule: Parameters<typeof deliveryRule>[0] = {}, options: WorldOptions = {}) {
  const rules = options.rules ?? [deliveryRule({ confirm: 'page', ...rule })];
  const world = await openWorld({ publicUrl: PUBLIC, ...options, rules });
  const customer = () => {
    const link = world.gateway.outbox.messages().at(-1)?.link;
    if (link === undefined) throw new Error('no link was sent');
    return customerAt(world.url, link);
  };
  return { ...world, customer };
}

describe('the customer who agrees', () => {
  test('reads what changes, presses yes, and the save passes once without a code', async () => {
    const { crm, gateway, rep, customer } = await openPages();
    const asked = await rep.deliver();
    expect([asked.status, asked.result]).toEqual([428, 'otp-required']);
    expect(asked.json.rules).toMatchObject([{ rule: '7', confirm: 'page', result: 'otp-required' }]);
    const [mail] = gateway.outbox.messages();
    expect(mail?.link).toMatch(
      /^https:\/\/confirm\.example\.com\/_countersign\/confirm\/[\w.-]+[A-Za-z0-9]$/,
    );
    expect(mail?.text).toContain(mail?.link);

    const page = await customer().open();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.html).toContain('Delivery Confirmation OTP');
    expect(page.html).toContain('somebody whose name is not known');
    expect(changesIn(page.html)).toEqual([['status', 'Out for delivery', 'Delivered']]);
    const until = new Date(gateway.clock.now() + 5 * 60_000).toISOString();
    expect(page.html).toContain(`<time datetime="${until}">`);
    expect(page.html).toContain('<html lang="en">');

    const told = await customer().press('yes');
    expect([told.status, told.hasForm, told.heading]).toEqual([
      200,
      false,
      'Thank you. This change may be made now, once.',
    ]);
    expect((await rep.standing()).json).toMatchObject({ result: 'approved', expires_at: until });
    expect(crm.saves).toHaveLength(0);

    const saved = await rep.deliver();
    expect([saved.status, saved.result, saved.code]).toEqual([200, 'verified', 'used']);
    expect(crm.records.get('45')?.['status']).toBe('Delivered');
    expect((await rep.standing()).json.result).toBe('used');
    crm.records.set('45', STORED);
    gateway.clock.advance(30_000);
    expect((await rep.deliver()).status).toBe(428);
    expect(crm.saves).toHaveLength(1);
  });

  test('may still give the code, before and after they agreed', async () => {
    const { crm, gateway, rep, customer, code } = await openPages();
    await rep.deliver();
    const link = customer();
    expect((await rep.deliver(code())).code).toBe('used');
    const late = await link.open();
    expect([late.status, late.hasForm]).toEqual([410, false]);
    crm.records.set('45', STORED);
    gateway.clock.advance(30_000);
    await rep.deliver();
    await customer().press('yes');
    expect((await rep.deliver(code())).code).toBe('used');
    expect(crm.saves).toHaveLength(2);
  });

  test('is asked by a name that was verified, and by it only', async () => {
    const { rep, customer } = await openPages(
      {},
      {
        trustedProxies: ['127.0.0.1'],
        callers: [{ header: 'X-User', from: 'trustedProxies' }],
      },
    );
    await rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Delivered' }, { 'X-User': 'Bob <rep>' });
    const { html } = await customer().open();
    expect(html).toContain('Bob &lt;rep&gt;');
    expect(html).not.toContain('somebody whose name is not known');
  });

  test('agrees to these values: other ones are refused, ask for nothing, and take nothing away', async () => {
    const { crm, gateway, rep, customer, code } = await openPages({
      when: { changed: 'status' },
    });
    await rep.deliver();
    await customer().press('yes');
    const other = (value: string, headers = {}) =>
      rep.call('PATCH', '/api/DeliveryNotes/45', { status: value }, headers);
    gateway.clock.advance(60_000);
    const refused = await other('Lost');
    expect([refused.status, refused.result]).toEqual([428, 'otp-required']);
    expect(refused.json.retry_after).toBe(240);
    expect((await other('Lost', { 'OTPRULES-OTP-7': code() })).result).toBe('otp-binding-mismatch');
    const sent = await rep.call('POST', CODE, { values: { status: 'Lost' } });
    expect([sent.status, sent.result]).toEqual([429, 'otp-resend-limited']);
    expect(gateway.outbox.messages()).toHaveLength(1);
    expect(crm.saves).toHaveLength(0);
    expect((await rep.deliver()).code).toBe('used');
    expect((await other('Lost')).json.rules).toMatchObject([{ result: 'otp-required' }]);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('agreed for as long as the code would have lived', async () => {
    const { crm, gateway, rep, customer } = await openPages();
    await rep.deliver();
    await customer().press('yes');
    gateway.clock.advance(5 * 60_000);
    expect((await rep.standing()).json.result).toBe('expired');
    expect((await rep.deliver()).status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('agreed for nothing else that applies: a second rule wants its own', async () => {
    const { crm, rep, gateway, url } = await openPages(
      {},
      {
        rules: [
          deliveryRule({ confirm: 'page' }),
          deliveryRule({ id: 8, name: 'Second', confirm: 'page', recipientChange: 'allow' }),
        ],
      },
    );
    await rep.deliver();
    const [first, second] = gateway.outbox.messages().map(({ link = '' }) => customerAt(url, link));
    await first?.press('yes');
    const half = await rep.deliver();
    expect([half.status, half.result]).toEqual([428, 'otp-required']);
    // Which of the two messages was sent first, nobody says.
    expect(half.json.rules?.map(({ result }) => result).sort()).toEqual(['not-checked', 'otp-required']);
    await second?.press('yes');
    expect((await rep.deliver()).result).toBe('verified');
    expect(crm.saves).toHaveLength(1);
  });

  test('agreed once: a save that the CRM refused may be sent again, one that is in doubt only as it was', async () => {
    const { crm, rep, customer } = await openPages({
      when: { '==': [{ var: 'record.status' }, 'Delivered'] },
    });
    await rep.deliver();
    await customer().press('yes');
    crm.answerWith(onSaves(crmRefuses(422)));
    expect((await rep.deliver()).code).toBe('kept');
    expect((await rep.standing()).json.result).toBe('approved');
    crm.answerWith(onSaves(cutBeforeHeaders));
    expect((await rep.deliver()).code).toBe('held');
    crm.answerWith();
    expect((await rep.standing()).json.result).toBe('held');
    expect((await rep.deliver()).code).toBe('used');
  });

  test('a code that was asked for by hand leads to the same page', async () => {
    const { rep, customer } = await openPages();
    const sent = await rep.askForCode({ status: 'Delivered', note: 'left at the door' });
    expect(sent.json).toMatchObject({ result: 'sent', confirm: 'page' });
    expect(changesIn((await customer().open()).html)).toEqual([['status', 'Out for delivery', 'Delivered']]);
    await customer().press('yes');
    expect((await rep.deliver()).result).toBe('verified');
  });
});

describe('the customer who objects', () => {
  test('stops the save: with and without a code, by hand too, for a window of attempts', async () => {
    const { crm, gateway, rep, customer, code } = await openPages();
    await rep.deliver();
    const dead = code();
    const told = await customer().press('no');
    expect([told.status, told.hasForm]).toEqual([200, false]);
    gateway.clock.advance(60_000);
    for (const answer of [await rep.deliver(), await rep.deliver(dead), await rep.askForCode()]) {
      expect([answer.status, answer.result]).toEqual([403, 'otp-declined']);
      expect(answer.headers.get('retry-after')).toBe(String(14 * 60));
      expect(answer.json).toMatchObject({ retry_after: 14 * 60 });
    }
    expect((await rep.standing()).json.result).toBe('declined');
    // To take the question back does not help.
    expect((await rep.call('DELETE', CODE)).status).toBe(204);
    expect((await rep.deliver()).result).toBe('otp-declined');
    expect(gateway.outbox.messages()).toHaveLength(1);
    expect(crm.saves).toHaveLength(0);
    // What the rule is not about goes on, and so does another record.
    expect((await rep.call('PATCH', '/api/DeliveryNotes/45', { note: 'x' })).status).toBe(200);
    gateway.clock.advance(14 * 60_000);
    expect((await rep.standing()).json.result).toBe('none');
    expect((await rep.deliver()).result).toBe('otp-required');
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('audit and metrics have both answers, with the address of whoever gave it', async () => {
    const { openCrm, openGateway } = await import('../harness/world.ts');
    const { gatewayOptions } = await import('../harness/delivery.ts');
    const { createOutbox } = await import('../../src/channels/outbox/outbox.ts');
    const crm = await openCrm({ records: { '45': STORED, '46': { ...STORED, id: '46' } } });
    const events: AuditEvent[] = [];
    const audit = {
      write: async (event: AuditEvent) => void events.push(event),
      close: async () => undefined,
    };
    const outbox = createOutbox({ addressKind: 'email' });
    const options = gatewayOptions(crm.url, {
      publicUrl: PUBLIC,
      admin: { port: 0 },
      rules: [deliveryRule({ confirm: 'page' })],
    });
    const { rep, url, adminUrl } = await openGateway(options, { audit, channels: { email: outbox } });
    const deliver = (id: string) => rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' });
    for (const [id, answer] of [
      ['45', 'yes'],
      ['46', 'no'],
    ] as const) {
      await deliver(id);
      await customerAt(url, outbox.messages().at(-1)?.link ?? '').press(answer);
      await deliver(id);
    }
    const about = { rule: '7', module: 'DeliveryNotes', user: '', ip: '127.0.0.1' };
    expect(events.filter(({ event }) => /approved|declined/.test(event))).toMatchObject([
      { event: 'code-approved', record: '45', ...about },
      { event: 'code-declined', record: '46', ...about },
    ]);
    expect(events.find(({ event }) => event === 'save-countersigned')).toMatchObject({
      record: '45',
      by: [{ rule: '7', how: 'page' }],
    });
    expect(events.at(-1)).toMatchObject({ event: 'save-refused', record: '46', reason: 'otp-declined' });
    const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
    expect(metrics).toContain('countersign_confirmations_total{rule="7",answer="approved"} 1');
    expect(metrics).toContain('countersign_confirmations_total{rule="7",answer="declined"} 1');
  });
});

describe('a link that programs look at before people do', () => {
  test('50 GETs, HEAD, a prefetch and a POST without the token of the page change nothing', async () => {
    const { rep, customer, code } = await openPages();
    await rep.deliver();
    const before = (await rep.standing()).text;
    const link = customer();
    const looks = await Promise.all(Array.from({ length: 50 }, () => link.open()));
    expect(new Set(looks.map(({ status }) => status))).toEqual(new Set([200]));
    const head = await link.send({ method: 'HEAD' });
    expect([head.status, head.html, head.headers.get('content-type')]).toEqual([
      200,
      '',
      'text/html; charset=utf-8',
    ]);
    expect((await link.open({ purpose: 'prefetch', 'sec-purpose': 'prefetch' })).status).toBe(200);
    for (const fields of [
      '',
      'answer=yes',
      'page=&answer=yes',
      'page=x&answer=yes',
      'page=x&page=x&answer=no',
    ])
      expect([(await link.post(fields)).status, fields]).toEqual([403, fields]);
    expect((await link.post({ page: pageTokenIn(looks[0]?.html ?? ''), answer: 'maybe' })).status).toBe(400);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const other = await link.send({ method });
      expect([other.status, other.hasForm, other.headers.get('allow')]).toEqual([
        405,
        false,
        'GET, HEAD, POST',
      ]);
    }
    expect((await rep.standing()).text).toBe(before);
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('a page cannot be kept, framed, listed, or be told by where it leads, and loads nothing', async () => {
    const { rep, customer } = await openPages();
    await rep.deliver();
    const link = customer();
    const pages = [await link.open(), await link.post({}), await link.press('no'), await link.open()];
    for (const { headers, html } of pages) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      for (const rule of ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
        expect(policy).toContain(rule);
      expect(policy).not.toContain('unsafe');
      expect(Object.fromEntries(headers)).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(html).not.toMatch(/<script|<img|<link|<a |src=|http-equiv|https?:\/\//);
      expect(html).not.toContain(link.token);
    }
  });
});

describe('a link that is dead', () => {
  const LATER: Readonly<Record<string, (stage: Awaited<ReturnType<typeof openPages>>) => Promise<unknown>>> =
    {
      'was answered': ({ customer }) => customer().press('yes'),
      'was objected to': ({ customer }) => customer().press('no'),
      'has expired': async ({ gateway }) => gateway.clock.advance(5 * 60_000),
      'was taken back': ({ rep }) => rep.call('DELETE', CODE),
      'was answered by the code': ({ rep, code }) => rep.deliver(code()),
      'was answered and spent': async ({ rep, customer }) => {
        await customer().press('yes');
        return rep.deliver();
      },
      'has a newer one': async ({ rep, gateway }) => {
        gateway.clock.advance(30_000);
        return rep.askForCode();
      },
      'ran out of attempts': async ({ rep, code }) => {
        const wrong = code() === '000000' ? '111111' : '000000';
        for (const _ of [1, 2, 3]) await rep.deliver(wrong);
      },
    };
  const sentences = new Map<string, string>();

  test.each(
    Object.keys(LATER),
  )('because its question %s says so in one sentence, and takes no answer', async (name) => {
    const stage = await openPages();
    await stage.rep.deliver();
    const link = stage.customer();
    const token = pageTokenIn((await link.open()).html);
    await LATER[name]?.(stage);
    const before = (await stage.rep.standing()).text;
    const looked = await link.open();
    expect([looked.status, looked.hasForm]).toEqual([410, false]);
    for (const answer of ['yes', 'no']) {
      const late = await link.post({ page: token, answer });
      expect([late.status, late.hasForm, late.heading]).toEqual([410, false, looked.heading]);
    }
    expect((await stage.rep.standing()).text).toBe(before);
    sentences.set(name, looked.heading);
    expect(looked.heading.split(/[.!?]/).filter((part) => part.trim() !== '').length).toBeLessThanOrEqual(2);
  });

  test('that is forged or cut, or that nobody ever had, is unknown', async () => {
    const { rep, url, customer } = await openPages();
    await rep.deliver();
    const { token } = customer();
    const last = token.at(-1) === 'A' ? 'B' : 'A';
    const forged = [
      token.slice(0, -1),
      token.slice(0, 30),
      `${token}A`,
      `${token.slice(0, -20)}AAAAAAAAAAAAAAAAAAA${last}`,
      `x${token}`,
      'abc',
      '',
      `${token}/`,
      `${token}/x`,
      'a'.repeat(5000),
    ];
    for (const one of forged) {
      const link = customerAt(url, `/_countersign/confirm/${one}`);
      for (const page of [await link.open(), await link.post({ page: 'x', answer: 'yes' })])
        expect([page.status, page.hasForm, page.heading, one]).toEqual([
          404,
          false,
          'This link is not valid.',
          one,
        ]);
    }
    expect((await rep.standing()).json.result).toBe('living');
  });

  test('is answered by one of two who press at once', async () => {
    const { rep, customer } = await openPages();
    await rep.deliver();
    const link = customer();
    const page = pageTokenIn((await link.open()).html);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => link.post({ page, answer: index % 2 === 0 ? 'yes' : 'no' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(410)]);
    const [winner] = answers.flatMap(({ status }, index) => (status === 200 ? [index % 2] : []));
    expect((await rep.standing()).json.result).toBe(winner === 0 ? 'approved' : 'declined');
  });

  test('of one record answers for no other, and the token of one page for no other', async () => {
    const records = { '45': STORED, '46': { ...STORED, id: '46' } };
    const crmOptions = { records };
    const world = await openWorld(
      { publicUrl: PUBLIC, rules: [deliveryRule({ confirm: 'page' })] },
      crmOptions,
    );
    await world.rep.deliver();
    await world.rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' });
    const [one, other] = world.gateway.outbox.messages().map(({ link = '' }) => customerAt(world.url, link));
    const page = pageTokenIn((await one?.open())?.html ?? '');
    expect((await other?.post({ page, answer: 'yes' }))?.status).toBe(403);
    expect((await one?.post({ page, answer: 'yes' }))?.status).toBe(200);
    expect((await world.rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' })).status).toBe(
      428,
    );
    expect(world.crm.saves).toHaveLength(0);
    expect((await world.rep.deliver()).result).toBe('verified');
  });
});

describe('an answer from elsewhere', () => {
  test.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'null' }, 403],
    [{ origin: 'http://confirm.example.com' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: PUBLIC }, 200],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 200],
    [{}, 200],
  ])('with %j is answered %i', async (headers, status) => {
    const { rep, customer } = await openPages();
    await rep.deliver();
    const told = await customer().press('yes', headers as Record<string, string>);
    expect([told.status, told.hasForm]).toEqual([status, false]);
    expect((await rep.standing()).json.result).toBe(status === 200 ? 'approved' : 'living');
  });

  test('may be of any size: what is too large is not read', async () => {
    const { rep, customer } = await openPages();
    await rep.deliver();
    expect((await customer().post(`answer=yes&page=${'x'.repeat(10_000)}`)).status).toBe(400);
    expect((await rep.standing()).json.result).toBe('living');
  });
});

describe('a page shows what is bound', () => {
  const VALUES: readonly (readonly [what: string, value: unknown, shown: string])[] = [
    ['a text', 'Delivered', 'Delivered'],
    ['markup', '<script>alert(1)</script><b>x</b>', '<script>alert(1)</script><b>x</b>'],
    ['an attribute', '" onmouseover="x', '" onmouseover="x'],
    ['an amount', '150000.50', '150000.50'],
    ['a number', 1234567890, '1234567890'],
    ['an account', 'DE89 3704 0044 0532 0130 00', 'DE89 3704 0044 0532 0130 00'],
    ['a long text', 'word '.repeat(900).trim(), 'word '.repeat(900).trim()],
    ['a truth', false, 'false'],
    ['nothing', null, 'empty'],
    ['an empty text', '', 'empty'],
    ['what nobody sees', 'a\u200bb\u202ec', 'a…b…c'],
    ['another direction', 'שלום', '\u2068שלום\u2069'],
    ['turning directions', 'pay שלום 12', '\u2066pay \u2068שלום\u2069 12\u2069'],
  ];

  test.each(VALUES)('%s, %j', async (_what, value, shown) => {
    const { crm, rep, customer } = await openPages({ when: { changed: 'status' } });
    const save = () => rep.call('PATCH', '/api/DeliveryNotes/45', { status: value });
    expect((await save()).status).toBe(428);
    const { html } = await customer().open();
    expect(changesIn(html)).toEqual([['status', 'Out for delivery', shown]]);
    expect(html).not.toMatch(/<script>alert|<b>x/);
    await customer().press('yes');
    expect((await save()).result).toBe('verified');
    expect(JSON.parse(crm.saves.at(-1)?.body.toString() ?? '')).toEqual({ status: value });
  });

  test('lists and objects, as they are written', async () => {
    const { rep, customer } = await openPages(
      { when: { changed: 'tags' } },
      { modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['tags'] } } },
    );
    await rep.call('PATCH', '/api/DeliveryNotes/45', { tags: ['a', { b: [1] }] });
    expect(changesIn((await customer().open()).html)).toEqual([['tags', 'empty', '["a",{"b":[1]}]']]);
  });

  test('all of the save with binds: body, and nothing of it may differ', async () => {
    const { rep, customer } = await openPages({ binds: 'body' });
    await rep.deliver(undefined, { note: 'at the door', email: 'ann@example.com' });
    expect(changesIn((await customer().open()).html)).toEqual([
      ['status', 'Out for delivery', 'Delivered'],
      ['note', 'empty', 'at the door'],
      ['email', 'ann@example.com'],
    ]);
    await customer().press('yes');
    expect((await rep.deliver(undefined, { note: 'at the back' })).status).toBe(428);
    expect((await rep.deliver(undefined, { note: 'at the door', email: 'ann@example.com' })).result).toBe(
      'verified',
    );
  });

  test('only what the rule asks about with binds: change, and what goes along is not agreed to', async () => {
    const { rep, customer } = await openPages({
      send: {
        to: [{ channel: 'email', address: 'email' }],
        message: '{{link}} {{record.amount}}',
      },
    });
    await rep.deliver(undefined, { note: 'x' });
    expect(changesIn((await customer().open()).html)).toEqual([['status', 'Out for delivery', 'Delivered']]);
    await customer().press('yes');
    expect((await rep.deliver(undefined, { amount: 5 })).status).toBe(428);
    expect((await rep.deliver(undefined, { note: 'y' })).result).toBe('verified');
  });

  test('that any save of the record is agreed to with binds: record', async () => {
    const { rep, customer } = await openPages({ binds: 'record', when: { changed: 'status' } });
    await rep.deliver();
    expect((await customer().open()).html).toContain('You agree to any one change of this record');
    await customer().press('yes');
    expect((await rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Lost' })).result).toBe('verified');
  });

  test('a deletion', async () => {
    const { rep, customer } = await openPages({ on: ['delete'], when: true });
    await rep.call('DELETE', '/api/DeliveryNotes/45');
    expect((await customer().open()).html).toContain('The record is deleted.');
    await customer().press('yes');
    expect((await rep.call('DELETE', '/api/DeliveryNotes/45')).result).toBe('verified');
  });

  test('an address that changes: asked at the old one, and both are shown', async () => {
    const { gateway, rep, customer } = await openPages();
    await rep.call('PATCH', '/api/DeliveryNotes/45', { email: 'eve@evil.example' });
    expect(gateway.outbox.messages().at(-1)?.address).toBe('ann@example.com');
    expect(changesIn((await customer().open()).html)).toEqual([
      ['email', 'ann@example.com', 'eve@evil.example'],
    ]);
  });

  test('more than a page can hold is shown to nobody, and nobody can agree to it', async () => {
    const { rep, customer } = await openPages({ when: { changed: 'status' } });
    await rep.call('PATCH', '/api/DeliveryNotes/45', {
      status: 'x'.repeat(16_000),
      email: 'ann@example.com',
    });
    const short = await customer().open();
    expect(changesIn(short.html)).toHaveLength(1);
    const world = await openPages({ binds: 'body' });
    const long = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`f${index}`, 'y'.repeat(8000)]));
    await world.rep.deliver(undefined, long);
    const page = await world.customer().open();
    expect(page.html).toContain('There is more to this change than can be shown here');
    expect(page.html).not.toContain('value="yes"');
    expect((await world.customer().press('yes')).status).toBe(403);
    expect((await world.rep.standing()).json.result).toBe('living');
    expect((await world.customer().press('no')).status).toBe(200);
    expect((await world.rep.standing()).json.result).toBe('declined');
  });
});

describe('the language of a page', () => {
  const send = {
    to: [{ channel: 'email', address: 'email' }],
    language: { field: 'lang', default: 'en' },
    message: { en: '{{link}}', de: '{{link}} ', ja: '{{link}}  ' },
    subject: { en: 'a', de: 'b', ja: 'c' },
    changeMessage: { en: '{{link}}', de: '{{link}}', ja: '{{link}}' },
  };

  test.each([
    ['de', 'de', 'Stimmen Sie zu?'],
    ['ja', 'en', 'Do you agree?'],
  ])('is that of the message: %s is %s', async (lang, shown, heading) => {
    const { crm, rep, customer } = await openPages({ send });
    crm.records.set('45', { ...STORED, lang });
    await rep.deliver();
    const page = await customer().open({ 'accept-language': 'fr' });
    expect(page.html).toContain(`<html lang="${shown}">`);
    expect(page.heading).toBe(heading);
    await customer().press('no');
    expect((await customer().open()).html).toContain(`<html lang="${shown}">`);
  });

  test.each([
    ['nl-BE,nl;q=0.9', 'nl'],
    ['ja, it;q=0.5, fr;q=0.8', 'fr'],
    ['pt-BR', 'pt'],
    ['es-MX', 'es'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    [`${'x,'.repeat(2000)}de`, 'en'],
  ])('is that of the browser where the message has none: %s is %s', async (accepted, shown) => {
    const { rep, customer } = await openPages();
    await rep.deliver();
    const page = await customer().open({ 'accept-language': accepted });
    expect(page.html).toContain(`<html lang="${shown}">`);
  });
});
