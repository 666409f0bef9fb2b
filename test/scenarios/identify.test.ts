import { describe, expect, test } from 'vitest';
import { refuse } from '../harness/answers.ts';
import { openPayslips, PAYSLIP_MODULE, PEOPLE, RULE } from '../harness/payslips.ts';
import { repOf } from '../harness/rep.ts';

const IDENTIFY = `${RULE}/identify`;

describe('a person who gives an employee number', () => {
  test('is found, and the number in the record gets the code, shown masked', async () => {
    const { crm, gateway, rep, code } = await openPayslips();
    const found = await rep.call('POST', IDENTIFY, { value: '4721' });
    expect(found.status).toBe(201);
    expect(found.json).toMatchObject({ rule: '9', record: 'p1', result: 'sent', sent_to: '***78' });
    expect(found.text).not.toContain(code());
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+5511987654378']);
    expect(crm.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/payslips?employee_number=4721',
      'GET /api/payslips/p1',
    ]);
  });

  test('is found where the number comes as a JSON number', async () => {
    const { rep } = await openPayslips();
    expect((await rep.call('POST', IDENTIFY, { value: 4721 })).json).toMatchObject({ record: 'p1' });
  });

  test('is answered that the number is unknown, and nothing is sent', async () => {
    const { gateway, rep } = await openPayslips();
    const unknown = await rep.call('POST', IDENTIFY, { value: '9999' });
    expect([unknown.status, unknown.result]).toEqual([404, 'record-not-found']);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('is answered so where the record has no address', async () => {
    const { rep } = await openPayslips();
    const mute = await rep.call('POST', IDENTIFY, { value: '4722' });
    expect([mute.status, mute.result]).toEqual([422, 'otp-recipient-missing']);
  });
});

describe('a CRM that answers the lookup', () => {
  test.each([
    ['with everybody, because it does not know the query', Object.values(PEOPLE)],
    ['with somebody else', [{ ...PEOPLE.p1, employee_number: '4700' }]],
    ['with a record that has no id', [{ employee_number: '4721' }]],
    ['with no list', {}],
  ])('%s names nobody', async (_how, body) => {
    const { crm, gateway, rep } = await openPayslips();
    crm.answerWith(refuse(200, body));
    expect((await rep.call('POST', IDENTIFY, { value: '4721' })).result).toBe('record-not-found');
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('with 500 has it tried again later', async () => {
    const { crm, rep } = await openPayslips();
    crm.answerWith(refuse(500));
    const answer = await rep.call('POST', IDENTIFY, { value: '4721' });
    expect([answer.status, answer.result]).toEqual([503, 'record-unavailable']);
  });

  test('with 401, because it does not know the caller, is heard', async () => {
    const { gateway, url } = await openPayslips();
    expect((await repOf(url, null).call('POST', IDENTIFY, { value: '4721' })).status).toBe(401);
    expect(gateway.outbox.messages()).toEqual([]);
  });
});

test('a value that adds to the query stays a value', async () => {
  const { crm, rep } = await openPayslips();
  await rep.call('POST', IDENTIFY, { value: '4721&admin=1#' });
  expect(crm.received.map(({ path }) => path)).toEqual(['/api/payslips?employee_number=4721%26admin%3D1%23']);
});

test.each([
  [{}],
  [{ value: '' }],
  [{ value: ' ' }],
  [{ value: 'a\r\nb' }],
  [{ value: ['4721'] }],
  [{ value: 'x'.repeat(201) }],
  [{ value: '4721', record: 'p1' }],
])('%j is no value', async (body) => {
  const { crm, rep } = await openPayslips();
  expect((await rep.call('POST', IDENTIFY, body)).status).toBe(400);
  expect(crm.received).toEqual([]);
});

test('without a lookup nobody can be identified', async () => {
  const { lookup: _, ...module } = PAYSLIP_MODULE;
  const { rep } = await openPayslips({ modules: { Payslips: module } });
  expect((await rep.call('POST', IDENTIFY, { value: '4721' })).status).toBe(404);
  expect((await rep.call('POST', '/_countersign/rules/none/identify', { value: '4721' })).status).toBe(404);
});
