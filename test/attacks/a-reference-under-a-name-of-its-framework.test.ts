import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * A reference is set under other names than the one that shows it: Dataverse shows `_customerid_value` and takes `customerid_contact@odata.bind`,
 * OData 4.01 leaves the prefix `odata.` out, `fk_soc` is the relation `soc`, and MongoEngine writes `set__fk_soc`. A many2one of Odoo is an id
 * alone, also where the relation is declared by its module only.
 */

const send = (via: string, module: string) => ({
  to: [{ channel: 'email', address: { via, module, field: 'email', reverse: 'none' as const } }],
});
const rule = (id: number, module: string, to: ReturnType<typeof send>) => ({
  id,
  name: `Rule ${id}`,
  module,
  when: { changed_to: ['status', 'Closed'] },
  send: to,
});
const patch = (line: string) => (body: object) => ({ line: `PATCH ${line}`, body: JSON.stringify(body) });
const task = patch('/data/tasks(45)');
const open = patch('/open/tasks(45)');
const known = patch('/known/tasks(45)');
const note = patch('/api/notes/45');
const asks = (knock: (body: object) => Knock, body: object, status = 428): [string, number, Knock] => [
  JSON.stringify(body),
  status,
  knock(body),
];
const arrives = (knock: (body: object) => Knock, body: object): [string, Knock, string] => [
  JSON.stringify(body),
  knock(body),
  knock(body).line.slice('PATCH '.length),
];

const RECORDS: Readonly<Record<string, object>> = {
  tasks: { id: 45, status: 'Open', email: 'ann@example.com', _customerid_value: 9, _ownerid_value: 1 },
  notes: { id: '45', status: 'Open', fk_soc: '9', _level: 'B' },
  contacts: { id: 9, email: 'ann@example.com' },
};

describeDoors('servers that set a reference by another name', {
  async start() {
    const crm = await startStandIn(({ pathname }) => {
      const [set = ''] = /tasks|notes|contacts/.exec(pathname) ?? [];
      return { status: 200, body: RECORDS[set] };
    });
    return { ...crm, stored: () => RECORDS['tasks'] as Readonly<Record<string, unknown>> };
  },
  modules: {
    Tasks: {
      dialect: 'odata',
      path: '/data',
      type: 'tasks',
      key: 'id',
      relations: { customerid_contact: { module: 'Contacts', field: '_customerid_value' } },
    },
    Contacts: { dialect: 'odata', path: '/data', type: 'contacts', key: 'id' },
    OpenTasks: { dialect: 'odata', path: '/open', type: 'tasks', key: 'id', nested: 'judge' },
    OpenContacts: { dialect: 'odata', path: '/open', type: 'contacts', key: 'id' },
    KnownTasks: {
      dialect: 'odata',
      path: '/known',
      type: 'tasks',
      key: 'id',
      nested: 'judge',
      knownFields: ['status', 'ownerid', 'email'],
    },
    Notes: { dialect: 'rest', path: '/api/notes', nested: 'judge' },
    Societies: { dialect: 'rest', path: '/api/contacts' },
  },
  rules: [
    rule(1, 'Tasks', send('_customerid_value', 'Contacts')),
    rule(2, 'OpenTasks', send('_customerid_value', 'OpenContacts')),
    rule(3, 'Notes', send('fk_soc', 'Societies')),
    {
      id: 5,
      name: 'Rule 5',
      module: 'KnownTasks',
      when: { changed_to: ['status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
    { ...rule(4, 'Notes', send('fk_soc', 'Societies')), when: { changed: '_level' } },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    asks(task, { 'customerid_contact@odata.bind': 'contacts(8)' }),
    asks(task, { 'customerid_contact@bind': '/contacts(8)' }),
    asks(task, { 'customerid_contact@Bind': 'https://x/data/contacts(id=8)' }),
    asks(task, { 'ownerid@bind': '/systemusers(2)' }, 422),
    asks(open, { 'customerid_contact@odata.bind': '/contacts(8)' }, 422),
    asks(open, { 'customerid_contact@bind': 'contacts(8)' }, 422),
    asks(open, { customerid_contact: { '@id': 'contacts(8)' } }, 422),
    asks(open, { customerid_contact: [{ '@id': 'contacts(8)' }] }, 422),
    asks(open, { 'customerid_contact@bind': '/open/contacts/8' }, 422),
    asks(open, { 'customerid_contact@bind': ['contacts(8)'] }, 422),
    asks(known, { 'owner@odata.bind': '/systemusers(2)' }, 422),
    asks(note, { soc: { id: '8' } }),
    asks(note, { soc_attributes: { id: '8' } }),
    asks(note, { socId: '8' }),
    asks(note, { set__fk_soc: '8' }),
    asks(note, { Set__fk_soc: '8' }),
    asks(note, { unset__fk_soc: 1 }),
    asks(note, { inc__data__status: 1 }),
    asks(note, { _level: 'A' }),
    asks(note, { level: 'A' }),
  ],
  honest: [
    arrives(task, { 'customerid_contact@odata.bind': 'contacts(9)', subject: 'x' }),
    arrives(task, { 'customerid_contact@bind': '/contacts(9)', subject: 'x' }),
    arrives(open, { 'ownerid@odata.bind': '/systemusers(2)' }),
    arrives(known, { 'ownerid@odata.bind': '/systemusers(2)' }),
    arrives(open, { link: 'see example.com/contacts' }),
    arrives(open, { 'link@bind': '/open/notes/8' }),
    arrives(open, { 'links@bind': ['/systemusers(2)'], tags: ['contacts(8)'] }),
    arrives(open, { 'link@bind': '/api/societies/8' }),
    arrives(note, { fk_soc: 9, set__title: 'x', title__c: 'y' }),
    arrives(note, { customs__level: 'A' }),
    arrives(note, { identity: 'x', society: 'y' }),
    arrives(note, { _level: 'B' }),
  ],
});

const kw = (vals: object): Knock => ({
  line: 'POST /web/dataset/call_kw',
  body: JSON.stringify({
    jsonrpc: '2.0',
    id: 5,
    params: { model: 'sale.order', method: 'write', args: [[7], vals], kwargs: {} },
  }),
});

describeDoors('Odoo, with a many2one that is declared by its module only', {
  async start() {
    const crm = await startOdoo({
      'sale.order/7': { id: 7, name: 'SO7', status: 'Open', partner_id: [9, 'Acme'] } as never,
      'res.partner/9': { id: 9, name: 'Acme', email: 'ann@example.com' } as never,
      'res.partner/4': { id: 4, name: 'Rep', email: 'rep@example.com' } as never,
    });
    return { ...crm, stored: () => crm.records.get('sale.order/7') };
  },
  modules: {
    Orders: { dialect: 'odoo', path: '/', type: 'sale.order', relations: { partner_id: 'Partner' } },
    Partner: { dialect: 'odoo', path: '/', type: 'res.partner' },
  },
  rules: [rule(1, 'Orders', send('partner_id', 'Partner'))],
  headers: ['Authorization: Bearer key'],
  refused: [
    ['another partner', 200, kw({ partner_id: 4 })],
    ['no partner', 200, kw({ partner_id: false })],
    ['no partner, in another word', 200, kw({ partner_id: null })],
    ['a command', 200, kw({ partner_id: [[4, 4]] })],
  ],
  honest: [['the partner that it has', kw({ partner_id: 9, name: 'SO-7' }), '/web/dataset/call_kw']],
});

const CASE = '500000000000045';
const ANN = '00300000000000A';
const ANN_WHOLE = '00300000000000AAAQ';
const SALES: Readonly<Record<string, object>> = {
  Case: { Id: `${CASE}AAA`, Status: 'New', ContactId: ANN_WHOLE },
  Contact: { Id: ANN_WHOLE, email: 'ann@example.com' },
};
const ofCase = (ContactId: string | null): Knock => ({
  line: `PATCH /services/data/v60.0/sobjects/Case/${CASE}`,
  body: JSON.stringify({ ContactId, Subject: 'x' }),
});

describeDoors('Salesforce, whose ids have 15 characters or 18', {
  async start() {
    const crm = await startStandIn(({ method, pathname }) => {
      const [type = ''] = /Case|Contact/.exec(pathname) ?? [];
      return method === 'GET' ? { status: 200, body: SALES[type] } : { status: 204 };
    });
    return { ...crm, stored: () => SALES['Case'] as Readonly<Record<string, unknown>> };
  },
  modules: {
    Case: { dialect: 'salesforce', path: '/services/data' },
    Contact: { dialect: 'salesforce', path: '/services/data' },
  },
  rules: [{ ...rule(1, 'Case', send('ContactId', 'Contact')), when: { changed_to: ['Status', 'Closed'] } }],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['another contact', 428, ofCase('003000000000008')],
    ['an id in other capitals, which is another one', 428, ofCase('00300000000000a')],
    ['an id whose end does not fit', 428, ofCase('00300000000000AAAA')],
    ['no contact', 428, ofCase(null)],
  ],
  honest: [
    ['the contact that it has, by 15 characters', ofCase(ANN), `/services/data/v60.0/sobjects/Case/${CASE}`],
    ['the contact that it has, by 18', ofCase(ANN_WHOLE), `/services/data/v60.0/sobjects/Case/${CASE}`],
  ],
});
