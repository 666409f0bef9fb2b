import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { CountersignError } from '../../src/core/fault.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { onReads, refuse } from '../harness/answers.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { type Answered, NOTE, type Rep, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const READS = [deliveryRule({ on: ['read'], when: true, grant: { idle: '30m', absolute: '24h' } })];
const HIDING = {
  rules: READS,
  modules: {
    DeliveryNotes: {
      dialect: 'rest',
      path: '/api/DeliveryNotes',
      lookup: { path: '/api/DeliveryNotes', query: 'note', record: '/items/0', enumeration: 'hide' },
    },
  },
} as const;
const CALL = '/_countersign/rules/7';

type Act = (rep: Rep, code: () => string, crm: Awaited<ReturnType<typeof openCrm>>) => Promise<Answered>;

/** A gateway whose audit is read, and whose ledger can fail. */
async function open(changes: Partial<ConfigInput>) {
  const crm = await openCrm();
  const events: AuditEvent[] = [];
  const outbox = createOutbox({ addressKind: 'email' });
  const memory = createMemoryStore(systemClock);
  let isGone = false;
  const store = {
    ...memory,
    find: async (key: string) => {
      if (isGone) throw new CountersignError('store-unavailable', 'it is gone');
      return memory.find(key);
    },
  };
  const { rep } = await openGateway(gatewayOptions(crm.url, changes), {
    store,
    channels: { email: outbox },
    audit: { write: async (event) => void events.push(event), close: async () => undefined },
  });
  return {
    crm,
    rep,
    events,
    code: () => outbox.lastCode() ?? '',
    breakStore: () => {
      isGone = true;
    },
  };
}

const asked: Act = async (rep) => rep.deliver();
const withCode =
  (code: (sent: string) => string): Act =>
  async (rep, sent) => {
    await rep.deliver();
    return rep.deliver(code(sent()));
  };
const crmSays =
  (status: number, act: Act): Act =>
  (rep, code, crm) => {
    crm.answerWith(onReads(refuse(status)));
    return act(rep, code, crm);
  };

type Row = readonly [
  what: string,
  act: Act,
  status: number,
  event: Partial<Record<'event' | 'record' | 'reason' | 'path', unknown>> & {
    readonly rules: readonly string[];
  },
  changes?: Partial<ConfigInput>,
];

const SAVE = { event: 'save-refused', record: '45', rules: ['7'] } as const;
const READ = { event: 'read-refused', record: '45', rules: ['7'] } as const;
const SEND = { event: 'send-refused', record: '45', rules: ['7'] } as const;
const GRANT = { event: 'grant-refused', record: '45', rules: ['7'] } as const;
const REQUEST = { event: 'request-refused', rules: [] } as const;

const REFUSALS: readonly Row[] = [
  ['a save without a code', asked, 428, { ...SAVE, reason: 'otp-required' }],
  ['a wrong code', withCode(wrongCode), 403, { ...SAVE, reason: 'otp-invalid' }],
  [
    'a used code that is sent again for a record that was set back',
    async (rep, code, crm) => {
      await withCode((sent) => sent)(rep, code, crm);
      crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
      return rep.deliver(code());
    },
    409,
    { ...SAVE, reason: 'otp-used' },
  ],
  [
    'the very request once more, to which no rule applies any more',
    async (rep, code, crm) => {
      await withCode((sent) => sent)(rep, code, crm);
      return rep.deliver(code());
    },
    409,
    { ...SAVE, reason: 'otp-used' },
  ],
  ['a record that cannot be read', crmSays(500, asked), 503, { ...SAVE, reason: 'record-unavailable' }],
  ['a record that the CRM does not show', crmSays(403, asked), 403, { ...SAVE, reason: 'answer 403' }],
  [
    'nobody who can be asked',
    async (rep, _code, crm) => {
      crm.records.set('45', { ...crm.records.get('45'), email: 'n/a' });
      return rep.deliver();
    },
    422,
    { ...SAVE, reason: 'otp-recipient-missing' },
  ],
  [
    'a create that is refused',
    (rep) => rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered' }),
    422,
    { ...SAVE, record: null, reason: 'otp-create-refused' },
  ],
  [
    'a version that is another one by now',
    async (rep, code) => {
      await rep.deliver();
      return rep.call(
        'PATCH',
        NOTE,
        { status: 'Delivered' },
        { 'OTPRULES-OTP-7': code(), 'if-match': '"9"' },
      );
    },
    412,
    { ...SAVE, reason: 'request-unreadable' },
    { modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', ifMatch: true } } },
  ],
  [
    'a read without a code',
    (rep) => rep.call('GET', NOTE),
    428,
    { ...READ, reason: 'otp-required' },
    { rules: READS },
  ],
  [
    'a record that nobody may know of',
    (rep) => rep.call('GET', NOTE),
    428,
    { ...READ, reason: 'otp-required' },
    HIDING,
  ],
  [
    'a code by hand for a record that the CRM does not show',
    crmSays(403, (rep) => rep.askForCode()),
    403,
    { ...SEND, reason: 'answer 403' },
  ],
  [
    'a code by hand inside the cool-down',
    async (rep) => {
      await rep.askForCode();
      return rep.askForCode();
    },
    429,
    { ...SEND, reason: 'otp-resend-limited' },
  ],
  [
    'the standing of a record that the CRM does not show',
    crmSays(404, (rep) => rep.standing()),
    404,
    { event: 'standing-refused', record: '45', rules: ['7'], reason: 'answer 404' },
  ],
  [
    'a grant for a wrong code',
    async (rep, code) => {
      await rep.call('GET', NOTE);
      return rep.call('POST', `${CALL}/records/45/grant`, { code: wrongCode(code()) });
    },
    403,
    { ...GRANT, reason: 'otp-invalid' },
    { rules: READS },
  ],
  [
    'a grant for a handle that names nobody',
    (rep) => rep.call('POST', `${CALL}/records/45/grant`, { code: '123456' }),
    404,
    { ...GRANT, record: null, reason: 'record-not-found' },
    HIDING,
  ],
  [
    'a call about a rule that is not there',
    (rep) => rep.call('POST', '/_countersign/rules/8/records/45/code'),
    404,
    { ...REQUEST, reason: 'not-found', path: '/_countersign/rules/*/records/*/code' },
  ],
  [
    'a call with a body that nobody understands',
    (rep) => rep.call('POST', `${CALL}/records/45/code`, { value: 1 }),
    400,
    { ...REQUEST, rules: ['7'], reason: 'request-unreadable' },
  ],
  [
    'a call that there is not',
    (rep) => rep.call('GET', '/_countersign/nothing'),
    404,
    { ...REQUEST, reason: 'not-found' },
  ],
  [
    'a write that no module names',
    (rep) => rep.call('POST', '/api/Invoices', {}),
    403,
    { ...REQUEST, reason: 'unmapped-write', path: '/api/Invoices' },
  ],
  [
    'an odd spelling of the path',
    (rep) => rep.call('PATCH', '/api//DeliveryNotes/45', { status: 'Delivered' }),
    400,
    { ...REQUEST, reason: 'request-unreadable' },
  ],
  [
    'a body that cannot be read',
    (rep) => rep.call('PATCH', NOTE, '{"status":'),
    400,
    { ...REQUEST, reason: 'request-unreadable', path: '/api/DeliveryNotes/*' },
  ],
  [
    'a list of records whose reads are guarded',
    (rep) => rep.call('GET', '/api/DeliveryNotes'),
    403,
    { ...REQUEST, reason: 'unmapped-read' },
    { rules: READS },
  ],
];

describe('every refusal is in the audit, once, with its rules', () => {
  for (const [what, act, status, event, changes = {}] of REFUSALS) {
    test(what, async () => {
      const { crm, rep, code, events } = await open(changes);
      const answer = await act(rep, code, crm);
      expect([answer.status, crm.saves.length]).toEqual([status, event.reason === 'otp-used' ? 1 : 0]);
      const request = answer.headers.get('x-request-id') ?? events.at(-1)?.request;
      const told = events.filter((one) => one.request === request && one.event.endsWith('-refused'));
      expect(told).toEqual([expect.objectContaining(event)]);
    });
  }

  test('a ledger that is gone, too, with the rules that might apply', async () => {
    const { crm, rep, events, breakStore } = await open({});
    breakStore();
    expect([(await rep.deliver()).status, crm.saves.length]).toEqual([503, 0]);
    expect((await rep.askForCode()).status).toBe(503);
    expect(events).toMatchObject([
      { ...SAVE, reason: 'otp-unavailable' },
      { ...SEND, reason: 'otp-unavailable' },
    ]);
  });

  test('nothing in shadow mode, which refuses nothing', async () => {
    const { rep, events } = await open({ mode: 'shadow' });
    await rep.deliver();
    await rep.call('POST', '/api/Invoices', {});
    expect(events).toEqual([]);
  });
});
