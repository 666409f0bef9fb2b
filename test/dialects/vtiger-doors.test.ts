import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { repOf } from '../harness/rep.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { tokenOf } from '../harness/vtiger-interface.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import type { VtigerCrm } from '../harness/vtiger-state.ts';
import type { Call } from './contract.ts';

type Parameters = Readonly<Record<string, string>>;

const FORM = 'application/x-www-form-urlencoded';
const form = (
  path: string,
  parameters: Parameters,
  headers: Readonly<Record<string, string>> = {},
): Call => ({
  method: 'POST',
  path,
  body: new URLSearchParams(parameters).toString(),
  headers: { 'content-type': FORM, ...headers },
});
const api = (operation: string, parameters: Parameters) =>
  form('/webservice.php', { operation, sessionName: SESSION, ...parameters });
const page = (action: string, parameters: Parameters) =>
  form(
    '/index.php',
    { __vtrftk: tokenOf(SESSION), module: 'HelpDesk', action, ticketstatus: 'Closed', ...parameters },
    { cookie: `PHPSESSID=${SESSION}` },
  );

const TICKET = {
  ticket_title: 'New',
  ticketstatus: 'Closed',
  ticketpriorities: 'Low',
  assigned_user_id: '19x1',
};
const CLOSED = '{"ticketstatus":"Closed"}';
const mobile = { _operation: 'saveRecord', _session: SESSION, module: 'HelpDesk', record: '17x5' };
const app = (method: string): Call => ({
  method,
  path: '/modules/Mobile/api.php',
  body: { ...mobile, values: CLOSED },
});

/** The caller's own names for records: `mine` is ticket 5. Registered and mapped past the gateway. */
async function register(crm: VtigerCrm): Promise<string> {
  const send = (call: Call) => repOf(crm.url, null).call(call.method, call.path, call.body, call.headers);
  const answer = await send(api('wsapp_register', { type: 'Outlook', synctype: 'app' }));
  const { key } = (JSON.parse(answer.text) as { readonly result: { readonly key: string } }).result;
  const mapped = [{ mode: 'create', clientid: 'mine', values: { serverid: '17x5', modifiedtime: '1' } }];
  await send(api('wsapp_map', { key, element: JSON.stringify(mapped) }));
  return key;
}

const bulk = (key: string, entry: object) =>
  api('wsapp_put', { key, element: JSON.stringify([{ module: 'HelpDesk', ...entry }]) });

/** Every way of writing that the stand-in has, the key of `register` in hand. */
const WRITES: readonly (readonly [name: string, result: string, call: (key: string) => Call])[] = [
  [
    'create',
    'otp-create-refused',
    () => api('create', { elementType: 'HelpDesk', element: JSON.stringify(TICKET) }),
  ],
  ['update', 'otp-required', () => api('update', { element: JSON.stringify({ ...TICKET, id: '17x5' }) })],
  ['revise', 'otp-required', () => api('revise', { element: '{"id":"17x5","ticketstatus":"Closed"}' })],
  ['delete', 'otp-required', () => api('delete', { id: '17x5' })],
  [
    'add_related',
    'otp-required',
    () => api('add_related', { sourceRecordId: '12x4', relatedRecordId: '17x5' }),
  ],
  [
    'convertlead',
    'otp-required',
    () =>
      api('convertlead', {
        element:
          '{"leadId":"10x14","assignedTo":"19x1","entities":{"Contacts":{"create":true,"lastname":"Lead"}}}',
      }),
  ],
  [
    'mobile.saverecord',
    'otp-required',
    () => api('mobile.saverecord', { module: 'HelpDesk', record: '17x5', values: CLOSED }),
  ],
  ['wsapp_register', 'request-unreadable', () => api('wsapp_register', { type: 'Outlook', synctype: 'app' })],
  [
    'wsapp_map',
    'request-unreadable',
    (key) => api('wsapp_map', { key, element: '[{"mode":"delete","clientid":"mine"}]' }),
  ],
  ['wsapp_put of a new record', 'request-unreadable', (key) => bulk(key, { id: 'other', values: TICKET })],
  [
    'wsapp_put of a known one, which the request does not name',
    'request-unreadable',
    (key) => bulk(key, { id: 'mine', values: { ticketstatus: 'Closed', utclastmodifiedtime: '2' } }),
  ],
  ['wsapp_put without values, which deletes', 'request-unreadable', (key) => bulk(key, { id: 'mine' })],
  ['the mobile API by POST', 'unmapped-write', () => app('POST')],
  ['the mobile API by PUT', 'unmapped-write', () => app('PUT')],
  [
    'the mobile API by a form',
    'unmapped-write',
    () => form('/modules/Mobile/api.php', { ...mobile, values: CLOSED }),
  ],
  ['SaveAjax', 'unmapped-write', () => page('SaveAjax', { record: '5' })],
  ['Save', 'unmapped-write', () => page('Save', { record: '5' })],
  ['MassSave', 'unmapped-write', () => page('MassSave', { selected_ids: '["5"]' })],
];

const mount = { dialect: 'vtiger-webservice', path: '/webservice.php' } as const;
const send = { auto: false, to: [{ channel: 'email', address: 'email' }] };
const named = (...operations: string[]) => ({ in: [{ var: 'save.operation' }, operations] });

async function open(changes: Partial<ConfigInput> = {}) {
  const crm = await startVtiger({ positional: true });
  onTestFinished(crm.close);
  const gateway = createTestGateway({
    listen: { port: 0 },
    admin: false,
    upstream: { url: crm.url },
    modules: {
      HelpDesk: { ...mount, idPrefix: '17' },
      Contacts: { ...mount, idPrefix: '12' },
      Leads: { ...mount, idPrefix: '10' },
    },
    rules: [
      {
        name: 'Closing',
        module: 'HelpDesk',
        when: { changed_to: ['ticketstatus', 'Closed'] },
        send: { auto: false, to: [{ channel: 'email', address: 'cf_852' }] },
      },
      { name: 'Removal', module: 'HelpDesk', on: ['delete'], when: true, send },
      { name: 'Relations', module: 'Contacts', when: named('add_related'), onCreate: 'allow', send },
      { name: 'Conversion', module: 'Leads', when: named('convertlead'), send },
    ],
    ...changes,
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const key = await register(crm);
  return { crm, url, key };
}

/** All that the CRM keeps, but for who is logged in. */
function everything({ state }: VtigerCrm): unknown {
  return structuredClone([state.records, state.relations, state.syncs, state.counters]);
}

describe.each(WRITES)('%s', (_name, result, call) => {
  const at = (url: string, { method, path, body, headers }: Call) =>
    repOf(url, null).call(method, path, body, headers);

  it('writes where no gateway is', async () => {
    const { crm, key } = await open();
    const before = everything(crm);
    expect((await at(crm.url, call(key))).status).toBeLessThan(400);
    expect(everything(crm)).not.toEqual(before);
  });

  // Behind the door that is guarded, that others are open changes nothing.
  const isOurs = call('').path === mount.path;
  it.each(
    isOurs ? (['refuse', 'forward'] as const) : (['refuse'] as const),
  )('writes nothing through the gateway without a code, and unmappedWrites: %s', async (unmappedWrites) => {
    const { crm, url, key } = await open({ unmappedWrites });
    const before = everything(crm);
    expect((await at(url, call(key))).result).toBe(result);
    expect(everything(crm)).toEqual(before);
  });
});
