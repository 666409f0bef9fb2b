import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { refuse } from '../harness/answers.ts';
import { repOf } from '../harness/rep.ts';
import { startVtigerCloud } from '../harness/vtiger-cloud.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';
import { type Call, describeDialect } from './contract.ts';

type Fields = Readonly<Record<string, unknown>>;

const PATH = '/restapi/v1/vtiger/default';
const BASIC = `Basic ${Buffer.from(`admin:${ACCESS_KEY}`).toString('base64')}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const MANDATORY = { assigned_user_id: '19x1', ticketpriorities: 'Low' };
const CLOSED = { id: '17x5', ticketstatus: 'Closed' };

function call(operation: string, body: unknown): Call {
  return { method: 'POST', path: `${PATH}/${operation}`, body };
}

function form(operation: string, parameters: Fields): Call {
  const body = new URLSearchParams(parameters as Record<string, string>).toString();
  return { ...call(operation, body), headers: FORM };
}

const asForm = (fields: Fields, beside: Fields = {}) =>
  form('revise', { element: JSON.stringify({ id: '17x5', ...fields }), ...beside });
const asText = (fields: Fields, beside: Fields = {}) =>
  call('revise', { element: JSON.stringify({ id: '17x5', ...fields }), ...beside });
const asObject = (fields: Fields, beside: Fields = {}) =>
  call('revise', { element: { id: '17x5', ...fields }, ...beside });

describeDialect('vtiger-rest', {
  start: startVtigerCloud,
  modules: { Tickets: { dialect: 'vtiger-rest', path: PATH, idPrefix: '17', type: 'HelpDesk' } },
  module: 'Tickets',
  fields: { status: 'ticketstatus', email: 'cf_852', subject: 'ticket_title' },
  credentials: BASIC,
  reads: [
    { method: 'GET', path: `${PATH}/me` },
    { method: 'GET', path: `${PATH}/retrieve?id=17x5` },
    { method: 'GET', path: `${PATH}/query?query=${encodeURIComponent('SELECT * FROM HelpDesk;')}` },
    { method: 'GET', path: `${PATH}/describe?elementType=HelpDesk` },
  ],
  harmless: [form('query', { query: 'SELECT id FROM HelpDesk;' })],
  save: asForm,
  places: [
    (fields, code) => asForm({ ...fields, ...code }),
    asForm,
    (fields, code) => asText({ ...fields, ...code }),
    asText,
    (fields, code) => asObject({ ...fields, ...code }),
    asObject,
  ],
  create: (fields) =>
    call('create', { elementType: 'HelpDesk', element: JSON.stringify({ ...MANDATORY, ...fields }) }),
  remove: call('delete', { id: '17x5' }),
  unmapped: [
    call('revise', { element: { id: '12x4', mobile: '+15550000000' } }),
    form('delete', { id: '12x4' }),
  ],
  unknown: [
    { method: 'GET', path: `${PATH}/revise?element=%7B%7D` },
    { method: 'GET', path: `${PATH}/retrieve?id=17x5&operation=delete` },
    call('massadd', { elements: [] }),
    call('Revise', { element: CLOSED }),
    call('default/revise', { element: CLOSED }),
    { ...call('revise', { element: CLOSED }), method: 'PUT' },
    { method: 'DELETE', path: `${PATH}/delete?id=17x5` },
  ],
  disguises: [
    ...['17x05', '17x5abc', '017x5', '17x5 '].map(
      (id) => [`the id "${id}"`, call('revise', { element: { ...CLOSED, id } })] as const,
    ),
    ['a status in entities', asObject({ ticketstatus: 'Clo&#115;ed' })],
    ['a status in a list', asObject({ ticketstatus: ['Closed'] })],
    [
      'two elements',
      {
        ...call('revise', `element=%7B%7D&element=${encodeURIComponent(JSON.stringify(CLOSED))}`),
        headers: FORM,
      },
    ],
    [
      'an element in odd letters',
      { ...call('revise', `%20element=${encodeURIComponent(JSON.stringify(CLOSED))}`), headers: FORM },
    ],
  ],
  nonsense: [
    ['an element that is not JSON', call('revise', { element: '{id:17x5' })],
    ['an element that is a list', call('revise', { element: [CLOSED] })],
    ['a list of saves', call('revise', [{ element: CLOSED }])],
    [
      'an element beside one that resembles it',
      call('revise', { element: '{"id":"17x5"}', Element: CLOSED }),
    ],
    ['an element in the address', { ...call('revise?element=%7B%7D', { element: '{"id":"17x5"}' }) }],
    ['an id in the address', { ...call('delete?id=17x5', { id: '17x7' }) }],
    ['no id', call('reopen', {})],
    ['another operation in the body', form('query', { operation: 'delete', id: '17x5' })],
    ['an id that is a number', call('reopen', { id: 5 })],
    ['the module against the id', asObject({ ticketstatus: 'Open' }, { elementType: 'Contacts' })],
  ],
  mistakes: {
    notJson: call('revise', { element: '{id:17x5' }),
    twice: call('revise', `{"element":${JSON.stringify(CLOSED)},"element":${JSON.stringify(CLOSED)}}`),
    inTheAddress: call(`revise?element=${encodeURIComponent(JSON.stringify(CLOSED))}`, {}),
    ofNoModule: call('revise', { element: { ...CLOSED, id: '99x5' } }),
    againstItself: asObject({ ticketstatus: 'Closed' }, { elementType: 'Contacts' }),
    tooMany: call(
      'revise',
      Array.from({ length: 201 }, () => ({ element: CLOSED })),
    ),
  },
  refuses: refuse(400, { success: false, error: { message: 'no', code: 'ACCESS_DENIED' } }),
  refusalIn: ({ json }) => json['error'] as ReturnType<Parameters<typeof describeDialect>[1]['refusalIn']>,
  refusalStatus: 400,
  strangerStatus: 401,
});

describe('reopen, a save without fields', () => {
  async function open() {
    const crm = await startVtigerCloud();
    onTestFinished(crm.close);
    const gateway = createTestGateway({
      listen: { port: 0 },
      admin: false,
      upstream: { url: crm.url },
      modules: { HelpDesk: { dialect: 'vtiger-rest', path: PATH, idPrefix: '17' } },
      rules: [
        {
          id: 3,
          name: 'Reopening',
          module: 'HelpDesk',
          onCreate: 'allow',
          when: { in: [{ var: 'save.operation' }, ['reopen', 'tags_add']] },
          send: {
            to: [{ channel: 'email', address: 'cf_852' }],
            message: '{{code}}: {{save.operation}} of {{record.ticket_title}}',
          },
        },
      ],
    });
    const { url } = await gateway.listen();
    onTestFinished(gateway.close);
    crm.ticket['ticketstatus'] = 'Closed';
    return { crm, gateway, rep: repOf(url, BASIC) };
  }

  it("is a rule's to name: it needs a code, and spends it", async () => {
    const { crm, gateway, rep } = await open();
    const refused = await rep.call('POST', `${PATH}/reopen`, { id: '17x5' });
    expect([refused.status, refused.result]).toEqual([400, 'otp-required']);
    expect(crm.ticket['ticketstatus']).toBe('Closed');
    const code = gateway.lastCode() ?? '';
    expect(gateway.outbox.messages().at(-1)?.text).toContain(`${code}: reopen of Printer`);
    const answer = await rep.call('POST', `${PATH}/reopen`, { id: '17x5', OTPRULES_OTP_Reopening: code });
    expect([answer.status, answer.code]).toEqual([200, 'used']);
    expect(crm.ticket['ticketstatus']).toBe('Open');
    expect(crm.received.at(-1)?.body.toString()).toBe('{"id":"17x5"}');
  });

  it('leaves other saves of the same record alone', async () => {
    const { gateway, rep } = await open();
    const other = await rep.call('POST', `${PATH}/revise`, { element: { id: '17x5', description: 'x' } });
    expect([other.status, other.result]).toEqual([200, null]);
    expect(gateway.lastCode()).toBeUndefined();
  });

  it('has a code of its own: that of another operation does not open it', async () => {
    const { crm, gateway, rep } = await open();
    await rep.call('POST', `${PATH}/tags_add`, { id: '17x5', tags: '["x"]' });
    const code = { 'OTPRULES-OTP-3': gateway.lastCode() ?? '' };
    const answer = await rep.call('POST', `${PATH}/reopen`, { id: '17x5' }, code);
    expect(answer.result).toBe('otp-binding-mismatch');
    expect(crm.ticket['ticketstatus']).toBe('Closed');
  });
});
