import { describe, expect, it } from 'vitest';
import { hang, onSaves, raw, refuse } from '../harness/answers.ts';
import { PATIENCE } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { vtigerClientOf } from '../harness/vtiger-client.ts';
import type { startVtiger } from '../harness/vtiger-crm.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';
import { CLOSING, openTicket } from '../harness/vtiger-ticket.ts';

async function open(...options: Parameters<typeof openTicket>) {
  const ticket = await openTicket(...options);
  return { ...ticket, client: vtigerClientOf(ticket.url, SESSION) };
}

describe('a client of webservice.php', () => {
  it('works unchanged: getchallenge, login, query, retrieve, revise, logout', async () => {
    const { crm, url } = await open();
    const [direct, through] = [vtigerClientOf(crm.url), vtigerClientOf(url)];
    for (const client of [direct, through]) await client.login('admin', ACCESS_KEY);
    expect(through.session).not.toBe('');
    const calls = [
      (client: typeof direct) =>
        client.get('query', { query: "SELECT * FROM HelpDesk WHERE ticketstatus='Open';" }),
      (client: typeof direct) => client.get('retrieve', { id: '17x5' }),
      (client: typeof direct) =>
        client.revise({ id: '17x5', description: 'A "quoted" text & more: 1+1=2, é, 😀' }),
      (client: typeof direct) => client.post('logout'),
      (client: typeof direct) => client.get('retrieve', { id: '17x5' }),
    ];
    for (const call of calls) {
      const [wanted, answer] = [await call(direct), await call(through)];
      expect([answer.status, answer.text]).toEqual([wanted.status, wanted.text]);
      expect(answer.result).toBeNull();
    }
    const [one, other] = crm.received
      .filter(({ body }) => body.includes('operation=revise'))
      .map(({ body }) => new URLSearchParams(body.toString()).get('element'));
    expect(other).toBe(one);
  });

  it('is refused in its own envelope when it closes a ticket', async () => {
    const { crm, client } = await open();
    const answer = await client.revise(CLOSING);
    expect([answer.status, answer.result]).toEqual([200, 'otp-required']);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.json).toMatchObject({
      success: false,
      error: { code: 'OTP_REQUIRED', rules: [{ rule: '11', field: 'OTPRULES_OTP_11', sent_to: '***01' }] },
    });
    expect(crm.ticket['ticketstatus']).toBe('Open');
  });

  const name = 'OTPRULES_OTP_TestRule1Test2XYZ';
  it.each([
    ['beside the element', (code: string) => [CLOSING, { beside: { [name]: code } }] as const],
    [
      'beside it in other letters',
      (code: string) => [CLOSING, { beside: { [name.toLowerCase()]: code } }] as const,
    ],
    ['inside the element', (code: string) => [{ ...CLOSING, [name.toUpperCase()]: code }, {}] as const],
    [
      'in a header',
      (code: string) => [CLOSING, { headers: { 'OTPRULES-OTP-testrule1TEST2xyz': code } }] as const,
    ],
  ])('closes it with the code %s, which the CRM never sees', async (_place, withCode) => {
    const { crm, client, code } = await open();
    await client.revise(CLOSING);
    const answer = await client.revise(...withCode(code()));
    expect([answer.status, answer.result, answer.code]).toEqual([200, 'verified', 'used']);
    expect(answer.json).toMatchObject({ success: true, result: { id: '17x5', ticketstatus: 'Closed' } });
    expect(crm.ticket['ticketstatus']).toBe('Closed');
    const wire = crm.received.map(({ path, headers, body }) => `${path} ${headers.join()} ${body}`).join();
    expect(wire).not.toMatch(/otprules/i);
    expect(wire).not.toContain(code());
  });

  it('closes it by a multipart form with a file, which goes on as it is', async () => {
    const { crm, client, url, code } = await open();
    await client.revise(CLOSING);
    const form = new FormData();
    const parameters = {
      operation: 'revise',
      sessionName: SESSION,
      element: JSON.stringify({ ...CLOSING, [name]: code() }),
    };
    for (const [key, value] of Object.entries(parameters)) form.append(key, value);
    form.append('filename', new Blob(['a file, \r\n with lines']), 'a.txt');
    const answer = await fetch(`${url}/webservice.php`, { method: 'POST', body: form });
    expect(answer.headers.get('otprules-code')).toBe('used');
    expect(crm.ticket['ticketstatus']).toBe('Closed');
    const body = crm.received.at(-1)?.body.toString() ?? '';
    expect(body).toContain('a file, \r\n with lines');
    expect(body).not.toMatch(/otprules/i);
  });

  it('keeps the code where Vtiger says success:false with status 200', async () => {
    const { crm, client, code } = await open();
    await client.revise(CLOSING);
    crm.answerWith(onSaves(refuse(200, { success: false, error: { code: 'MANDATORY_FIELDS_MISSING' } })));
    expect((await client.revise(CLOSING, { beside: { [name]: code() } })).code).toBe('kept');
    crm.answerWith();
    expect((await client.revise(CLOSING, { beside: { [name]: code() } })).code).toBe('used');
  });

  it.each([
    ['a failure of its own', refuse(200, { success: false, error: { code: 'INTERNAL_SERVER_ERROR' } })],
    ['an empty 500', refuse(500, '')],
    [
      'a text that is no JSON',
      raw(200, { 'content-type': 'text/html' }, 'Sorry! Attempt to access restricted file.'),
    ],
  ])('holds the code where Vtiger answers with %s, for the same save only', async (_name, answer) => {
    const { crm, client, code } = await open();
    await client.revise(CLOSING);
    crm.answerWith(onSaves(answer));
    expect((await client.revise(CLOSING, { beside: { [name]: code() } })).code).toBe('held');
    crm.answerWith();
    const other = await client.revise({ ...CLOSING, description: 'x' }, { beside: { [name]: code() } });
    expect(other.result).not.toBe('verified');
    expect((await client.revise(CLOSING, { beside: { [name]: code() } })).code).toBe('used');
  });

  it('holds the code where Vtiger does not answer', async () => {
    const { crm, client, code } = await open({}, { timeout: PATIENCE });
    await client.revise(CLOSING);
    crm.answerWith(onSaves(hang));
    const answer = await client.revise(CLOSING, { beside: { [name]: code() } });
    expect([answer.status, answer.result, answer.code]).toEqual([200, 'upstream-timeout', 'held']);
    expect(answer.json).toMatchObject({ success: false, error: { code: 'UPSTREAM_TIMEOUT' } });
  });

  it('is not told that a list was not saved, since Vtiger saves it and fails', async () => {
    const { crm, client, code } = await open();
    const listed = { id: '17x5', ticketstatus: ['Closed'] };
    await client.revise(listed);
    const answer = await client.revise(listed, { beside: { [name]: code() } });
    expect([answer.status, answer.code]).toEqual([500, 'held']);
    expect(crm.ticket['ticketstatus']).toBe('Closed');
  });

  it('hears from Vtiger of a record that Vtiger does not show, and of a session that it does not know', async () => {
    const { client, url } = await open();
    const none = await client.revise({ id: '17x99', ticketstatus: 'Closed' });
    expect(none.json).toMatchObject({ success: false, error: { code: 'ACCESS_DENIED' } });
    const stranger = await vtigerClientOf(url, 'nobody').revise(CLOSING);
    expect(stranger.json).toMatchObject({ success: false, error: { code: 'INVALID_SESSIONID' } });
  });
});

describe('the phone on the contact', () => {
  it('gets the code for the ticket', async () => {
    const { client, gateway } = await open();
    await client.revise(CLOSING);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+10000000001']);
  });

  it.each([
    ['the number itself', { id: '12x4', mobile: '+15550000000' }],
    ['the contact of the ticket', { id: '17x5', contact_id: '12x9' }],
    ['the contact, in the same save as the status', { ...CLOSING, contact_id: '12x9' }],
  ])('is asked before %s is changed', async (_what, fields) => {
    const { crm, client, gateway } = await open();
    const answer = await client.revise(fields);
    expect(answer.json).toMatchObject({ success: false, error: { code: 'OTP_REQUIRED' } });
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+10000000001']);
    expect(crm.ticket['contact_id']).toBe('12x4');
    expect(crm.state.records.get(4)?.fields['mobile']).toBe('+10000000001');
  });

  it('is changed with the code that it got', async () => {
    const { crm, client, code } = await open();
    const change = { id: '12x4', mobile: '+15550000000' };
    await client.revise(change);
    expect((await client.revise(change, { beside: { OTPRULES_OTP_11: code() } })).code).toBe('used');
    expect(crm.state.records.get(4)?.fields['mobile']).toBe('+15550000000');
  });
});

describe('the control API in front of webservice.php', () => {
  it('takes the session from the address', async () => {
    const { crm, url, client, code } = await open();
    const { call } = repOf(url, null);
    const answer = await call('POST', `/_countersign/rules/11/records/17x5/code?sessionName=${SESSION}`);
    expect([answer.status, answer.json.sent_to]).toEqual([201, '***01']);
    expect(crm.received.map(({ path }) => path)[0]).toBe(
      `/webservice.php?operation=retrieve&sessionName=${SESSION}&id=17x5`,
    );
    const standing = await call(
      'GET',
      `/_countersign/rules/TestRule1Test2XYZ/records/17x5?sessionName=${SESSION}`,
    );
    expect([standing.status, standing.result]).toEqual([200, 'living']);
    expect((await client.revise(CLOSING, { beside: { OTPRULES_OTP_11: code() } })).code).toBe('used');
  });

  it.each(['17x05', '17x5abc', '017x5', '12x4'])('has no ledger row for the id %s', async (id) => {
    const { url, gateway } = await open();
    const { call } = repOf(url, null);
    const answer = await call('POST', `/_countersign/rules/11/records/${id}/code?sessionName=${SESSION}`);
    expect([answer.status, answer.result]).toEqual([400, 'request-unreadable']);
    expect(gateway.lastCode()).toBeUndefined();
  });

  it('says in its own form that there is no session, or none that is good, to whichever call', async () => {
    const { url, gateway } = await open();
    const { call } = repOf(url, null);
    const RECORD = '/_countersign/rules/11/records/17x5';
    for (const session of ['', '?sessionName=over'])
      for (const [method, path, body] of [
        ['POST', `${RECORD}/code`, undefined],
        ['GET', RECORD, undefined],
        ['POST', `${RECORD}/grant`, { code: '123456' }],
      ] as const) {
        const answer = await call(method, path + session, body);
        expect([answer.status, answer.result]).toEqual([401, 'not-authenticated']);
        expect(answer.headers.get('content-type')).toBe('application/problem+json');
      }
    const { json } = await call('POST', '/_countersign/rules/11/code', { records: ['17x5'] });
    expect(json['results']).toEqual([{ record: '17x5', result: 'withheld', status: 401 }]);
    expect(gateway.lastCode()).toBeUndefined();
  });

  it('says in its own form that Vtiger does not show the record', async () => {
    const { url } = await open();
    const { call } = repOf(url, null);
    const answer = await call('GET', `/_countersign/rules/11/records/17x99999?sessionName=${SESSION}`);
    expect([403, 404]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

describe('cookies', () => {
  const cookiesOf = (crm: Awaited<ReturnType<typeof startVtiger>>) =>
    crm.received.flatMap(({ headers }) => headers.filter(([name]) => name.toLowerCase() === 'cookie'));

  it('go on with extendsession, which adopts the session of the user interface', async () => {
    const { crm, url } = await open();
    const client = vtigerClientOf(url);
    const answer = await client.post('extendsession', {}, { cookie: `PHPSESSID=${SESSION}` });
    expect(answer.json).toMatchObject({ success: true, result: { sessionName: SESSION } });
    expect(cookiesOf(crm)).toHaveLength(1);
  });

  it.each([
    ['a retrieve', 'retrieve', {}],
    ['an extendsession with an element beside it', 'extendsession', { element: JSON.stringify(CLOSING) }],
    ['an extendsession with an id beside it', 'extendsession', { id: '17x5' }],
  ])('do not turn %s into a save', async (_name, operation, parameters) => {
    const { crm, client } = await open({ cookiesAreParameters: true });
    await client.post(operation, parameters, { cookie: `operation=revise; sessionName=${SESSION}` });
    await client.get('retrieve', { id: '17x5' });
    expect(cookiesOf(crm)).toEqual([]);
    expect(crm.ticket['ticketstatus']).toBe('Open');
  });
});
