import { describe, expect, it } from 'vitest';
import { foldField } from '../../src/core/likeness/fold.ts';
import { indexOf, namesIn } from '../../src/core/likeness/name-index.ts';
import { type Said, saidOf, saidOfReference } from '../../src/core/likeness/said.ts';
import { isObject, type JsonObject, jsonOf } from '../../src/core/wire/json.ts';

function fieldsOf(value: unknown): JsonObject {
  const fields = jsonOf(value);
  if (!isObject(fields)) throw new Error('an object was expected');
  return fields;
}

const stored = fieldsOf({ id: '45', status: 'Created', note: 'x', contact_id: '9' });
const said = (fields: unknown, field: string, before: JsonObject | null | undefined = stored): Said =>
  saidOf({ fields: fieldsOf(fields) }, field, before);
/** The members in which the name stands, and nobody knows as what. */
const elsewhere = (fields: unknown, field = 'status', before: JsonObject | null | undefined = stored) => [
  ...said(fields, field, before).elsewhere.keys(),
];

describe('one name in another spelling', () => {
  it.each([
    ['bankAccount', 'bank_account'],
    ['bank_account', 'bankAccount'],
    ['bank-account', 'bankAccount'],
    ['BankAccount', 'bank_account'],
    ['BANK_ACCOUNT', 'bank-account'],
    ['bank account', 'bank_account'],
    ['bank.account', 'bank_account'],
    ['bank__account', 'bank_account'],
    ['email_address_1', 'emailAddress1'],
    ['emailAddress1', 'email_address_1'],
    ['Status', 'status'],
    [' status', 'status'],
    ['status ', 'status'],
    ['status\0x', 'status'],
    ['s\u0301tatus', 'status'],
    ['ticket.status', 'ticket_status'],
    ['tıcket', 'ticket'],
  ])('%j gives a value to %s', (name, field) => {
    expect(said({ [name]: 'Delivered' }, field)).toMatchObject({
      values: ['Delivered'],
      elsewhere: new Map(),
    });
  });

  it.each([
    ['substatus', 'status'],
    ['status_note', 'status'],
    ['statusNote', 'status'],
    ['ticket-status', 'status'],
    ['account', 'bank_account'],
    ['bank', 'bank_account'],
  ])('and %j is another name than %s', (name, field) => {
    expect(said({ [name]: 'Delivered' }, field)).toEqual({ values: [], elsewhere: new Map() });
  });

  it('has all its values found, the exact name first', () => {
    expect(said({ STATUS: 'a', status: 'b', 'St-atus': 'c' }, 'status').values).toEqual(['b', 'a', 'c']);
  });
});

describe('a name in which some reader finds the field', () => {
  it.each([
    ['_status', 'status'],
    ['!status', 'status'],
    ['$status', 'status'],
    ['status[]', 'status'],
    ['status@odata.bind', 'status'],
    ['ticket.status', 'status'],
    ['ticket[status]', 'status'],
    ["map['status']", 'status'],
    ['map["status"]', 'status'],
    ['status:string', 'status'],
    ['form:status', 'status'],
    ['ctl00$Main$status', 'status'],
    ['status(1)', 'status'],
    ['/status', 'status'],
    ['ticket[status', 'ticket_status'],
    ['ticket[status', 'status'],
    ['data[bankAccount]', 'bank_account'],
    ['fi\0elds.status', 'status'],
    ['fields\0.status', 'status'],
    ['fields.sta\0tus', 'status'],
  ])('%j leaves nobody knowing the value of %s', (name, field) => {
    expect(elsewhere({ [name]: 'Created' }, field)).toEqual([name]);
  });
});

describe('a name that stands deeper in the save', () => {
  it.each([
    ['in a wrapper', { update: { status: 'Delivered' } }],
    ['in a list', { updates: [{ status: 'Delivered' }] }],
    ['on the third level', { a: { b: { Status: 'Delivered' } } }],
    ['under a path', { a: { 'fields.status': 'Delivered' } }],
    ['with a number', { lines: [{ status: 2 }] }],
    ['with nothing', { $unset: { status: '' } }],
    ['with the stored value', { $set: { status: 'Created' } }],
    ['in a pair of name and value', { fields: [{ name: 'status', value: 'Delivered' }] }],
    ['in a pair of other names', { changes: [{ attribute: 'status', to: 'Delivered' }] }],
    ['in two lists side by side', { names: ['note', 'status'], values: ['x', 'Delivered'] }],
    ['as the end of a path', { patch: [{ op: 'replace', path: '/data/status', value: 'Delivered' }] }],
    ['as where another goes', { $rename: { note: 'status' } }],
    ['in an empty list', { x: { status: [] } }],
    ['in a document that is a text', { data: '{"status":"Delivered"}' }],
  ])('is found %s', (_, fields) => {
    expect(elsewhere(fields)).toEqual(Object.keys(fields).slice(0, 1));
  });

  it.each([
    ['as the field itself', { status: 'Delivered' }],
    ['in a text that only holds the word', { notes: { de: 'the status: Delivered' } }],
    ['in a text that only looks like a document', { notes: '[status] {{status}} is status: open' }],
    ['as a part of a word', { lines: [{ substatus: 'Delivered' }] }],
  ])('but not %s', (_, fields) => {
    expect(elsewhere(fields)).toEqual([]);
  });

  it('says nothing where the member is stored just so', () => {
    const lines = [{ status: 'Delivered', n: 1 }];
    const storedWith = (n: number) => fieldsOf({ lines: [{ n, status: 'Delivered' }] });
    expect(elsewhere({ lines }, 'status', storedWith(1))).toEqual([]);
    expect(elsewhere({ lines }, 'status', storedWith(2))).toEqual(['lines']);
  });
});

describe('a document in a text', () => {
  it.each([
    ['JSON with a byte order mark', '\ufeff {"status":"Delivered"}'],
    ['a list', '[{"status":"Delivered"}]'],
    ['what lenient readers take for JSON', "{id: 1, status: 'Delivered',}"],
    ['JSON that was encoded twice', JSON.stringify('{"status":"Delivered"}')],
    ['JSON whose quotes are escaped', '{\\"status\\":\\"Delivered\\"}'],
    ['JSON whose quotes are references', '{&quot;status&quot;:&quot;Delivered&quot;}'],
    ['JSON that was encoded for a form', '%7B%22status%22%3A%22Delivered%22%7D'],
    ['an escape in a name of none that is strict', '{"st\\u0061tus":"Delivered",}'],
    ['one after a comment', '/* x */ {status: "Delivered"}'],
    ['two of them', '{"note":"x"}{"status":"Delivered"}'],
    ['a pair of name and value', '{"name":"status","value":"Delivered"}'],
    ['one in another', JSON.stringify({ data: JSON.stringify({ status: 'Delivered' }) })],
    ['what PHP serialises', 'a:1:{s:6:"status";s:9:"Delivered";}'],
    ['a form', 'note=x&status=Delivered'],
    ['a form with one name', 'status=Delivered'],
    ['a form with a path', 'data%5Bstatus%5D=Delivered'],
  ])('is looked into: %s', (_, data) => {
    expect(elsewhere({ data })).toEqual(['data']);
    expect(elsewhere({ values: { data } })).toEqual(['values']);
  });

  it('is the value of a member in which the record has a text', () => {
    const data = '{"status":"Delivered"}';
    expect(elsewhere({ data }, 'status', fieldsOf({ data: 'rang twice' }))).toEqual([]);
    expect(elsewhere({ data }, 'status', fieldsOf({ data: { status: 'Created' } }))).toEqual(['data']);
    expect(elsewhere({ data }, 'status', fieldsOf({ note: 'x' }))).toEqual(['data']);
  });

  it.each([
    ['an address with a query', 'https://crm.test/?status=open'],
    ['a sentence', 'status = open & paid'],
    ['a template', '{{status}} is what we have: ok'],
    ['a mark', '[urgent] status: open'],
    ['a time', 'a: 10:30, status "open"'],
    ['names that nobody guards', '{"note":"x","substatus":1}'],
    ['a text with a name of none', '{"note":"the status: open"}'],
  ])('is none, or says nothing: %s', (_, data) => {
    expect(elsewhere({ data })).toEqual([]);
  });
});

describe('a text among the own values of a record', () => {
  it('may name a field where some member is none of the record', () => {
    expect(elsewhere({ note: 'status', value: 'Delivered' })).toEqual(['note']);
    expect(elsewhere({ note: '/status', to: 'Delivered' })).toEqual(['note']);
  });

  it('and is a value where all of them are fields of the record', () => {
    expect(elsewhere({ note: 'status', contact_id: '9' })).toEqual([]);
    expect(elsewhere({ note: 'status', other: 1 }, 'status', null)).toEqual([]);
  });

  it('counts as a name as long as the record was not read', () => {
    expect(said({ note: 'status' }, 'status', undefined).elsewhere.size).toBe(0);
    expect(saidOf({ fields: fieldsOf({ note: 'status' }) }, 'status', undefined).elsewhere.size).toBe(1);
  });
});

describe('a reference', () => {
  const reference = (fields: unknown, field = 'contact_id') =>
    saidOfReference({ fields: fieldsOf(fields) }, field, stored);

  it.each([
    'contact_id',
    'contactId',
    'contact',
    'ContactID',
    'contact_uuid',
    'contacts',
    'contact_ref',
  ])('is set by the scalar %j', (name) => {
    expect(reference({ [name]: '8' })).toMatchObject({ values: ['8'] });
  });

  it.each([
    [{ contact: { id: '8' } }],
    [{ contact: { connect: { id: '8' } } }],
    [{ contact: { disconnect: true } }],
    [{ contact_attributes: { id: '9', mobile: '+1' } }],
    [{ contactAttributes: { id: '9' } }],
    [{ nested_contact: { id: '8' } }],
    [{ contacts: ['8'] }],
    [{ contacts: [] }],
    [{ 'contact@odata.bind': '/contacts(8)' }],
    [{ relationships: { contact: { data: { id: '8' } } } }],
    [{ $set: { contactId: '8' } }],
    [{ delivery_note: { contact_attributes: { id: '9' } } }],
    [{ links: [{ rel: 'contact', href: '/contacts/8' }] }],
  ])('may be set by %j', (fields) => {
    expect([...reference(fields).elsewhere.keys()]).toEqual(Object.keys(fields));
  });

  it.each([
    [{ relationships: { tags: { data: [{ type: 'tags', id: '8' }] } } }],
    [{ contractor: { id: '8' } }],
    [{ contact_name: 'Ann', contact_notes: 'x' }],
    [{ _links: { self: { href: '/api/DeliveryNotes/45' } } }],
  ])('and not by %j', (fields) => {
    expect(reference(fields)).toEqual({ values: [], elsewhere: new Map() });
  });

  it('that is called by the other record has the names of one', () => {
    expect(reference({ customer_id: '8' }, 'customer').values).toEqual(['8']);
    expect(reference({ customer: { id: '8' } }, 'customer').values).toHaveLength(1);
  });
});

it('names in a column, or in a save of its own, are none of the record', () => {
  const fields = { lines: [{ status: 'Open' }], items: [{ status: 'Open' }], other: { status: 'x' } };
  const saying = { fields: fieldsOf(fields), closed: new Set(['lines', 'items']) };
  expect([...saidOf(saying, 'status', stored).elsewhere.keys()]).toEqual(['other']);
});

it('a second name of the CRM stands for the field', () => {
  const secondNames = (name: string) => (name === 'emailAddressData' ? ['emailAddress'] : []);
  const saying = { fields: fieldsOf({ emailAddressData: [{ emailAddress: 'a@b.test' }] }), secondNames };
  expect([...saidOf(saying, 'emailAddress', stored).elsewhere.keys()]).toEqual(['emailAddressData']);
  expect([...namesIn(indexOf(saying))]).toContain(foldField('emailAddress'));
});
