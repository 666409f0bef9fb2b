/** A save that touches nothing guarded: what it is, its content type and its body. */
export type HonestSave = readonly [what: string, contentType: string, body: string];

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const PARTS = 'multipart/form-data; boundary=B';

const json = (what: string, body: unknown): HonestSave => [what, JSON_TYPE, JSON.stringify(body)];
const form = (what: string, body: string): HonestSave => [what, FORM, body];
const parts = (what: string, ...all: readonly string[]): HonestSave => [
  what,
  PARTS,
  `${all.map((part) => `--B\r\n${part}\r\n`).join('')}--B--\r\n`,
];
const part = (name: string, text: string) => `Content-Disposition: form-data; name="${name}"\r\n\r\n${text}`;
const file = (name: string, filename: string, text: string) =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: application/octet-stream\r\n\r\n${text}`;

/** Columns of the record that hold objects or lists. */
export const COLUMNS = [
  'lines',
  'tags',
  '_links',
  '_embedded',
  'address',
  'translations',
  'files',
  'history',
  'custom_fields',
  'settings',
  'geo',
];

/** Saves that pass where their columns are declared. */
export const WITH_COLUMNS: readonly HonestSave[] = [
  json('order lines with a status of their own', {
    lines: [
      { sku: 'a', delivery_status: 'Open' },
      { sku: 'b', delivery_status: 'Delivered' },
    ],
  }),
  json('order lines with amounts', {
    lines: [
      { sku: 'a', amount: 3 },
      { sku: 'b', amount: '12.50' },
    ],
  }),
  json('an empty list of lines', { lines: [] }),
  json('tags that are called as a field is', { tags: ['amount', 'blocked', 'vip'] }),
  json('links of HAL', {
    note: 'x',
    _links: { self: { href: '/api/DeliveryNotes/45' }, contact: { href: '/api/Contacts/9' } },
  }),
  json('embedded records that came with the read', { _embedded: { contact: { id: '9', name: 'Ann' } } }),
  json('an address with a contact', {
    address: { city: 'Oslo', contact: 'Ann', customer_email: 'x@y.test' },
  }),
  json('translations', {
    translations: { de: { delivery_status: 'Ausgeliefert' }, en: { delivery_status: 'Delivered' } },
  }),
  json('files by their ids', { files: [{ id: 7, name: 'amount.pdf' }] }),
  json('a history of changes', {
    history: [{ field: 'amount', from: 4, to: 5, at: '2026-11-28T10:00:00Z' }],
  }),
  json('custom fields in pairs', {
    custom_fields: [
      { name: 'colour', value: 'red' },
      { id: 'amount', value: 1 },
    ],
  }),
  json('settings with a path', { settings: { columns: ['/amount', 'delivery_status'] } }),
  json('a place on a map', { geo: { type: 'Point', coordinates: [10.75, 59.91] } }),
  json('a column in another spelling', { customFields: [{ name: 'amount', value: 1 }] }),
  form('lines in a form', 'lines[0][amount]=3&lines[0][sku]=a&note=x'),
  form('tags in a form', 'tags[]=amount&tags[]=vip'),
  form('a place in dots', 'geo.lat=59.91&geo.long=10.75'),
  parts('lines in parts', part('lines[0][amount]', '3'), part('note', 'x')),
  parts('a file beside fields', part('note', 'x'), file('photo', 'amount.jpg', '\u0001\u0002')),
  parts('a file in a column', file('files[0]', 'a.pdf', '%PDF')),
];

/** Saves that pass whatever is declared: they are flat, or change nothing. */
export const PLAIN: readonly HonestSave[] = [
  json('a note', { note: 'the amount is disputed, the delivery_status too' }),
  json('a note that is one word, and a field of the record', { note: 'amount' }),
  json('names that begin as a guarded one does', {
    delivery_status_note: 'Delivered',
    amounts_checked: true,
    contact_notes: 'rang twice',
    contact_name: 'Ann',
    customer_email_opt_in: true,
  }),
  json('names that end as a guarded one does', { partial_amount: 9999, is_blocked: false, sub_contact: 'x' }),
  json('parts of a guarded name', { delivery: 'x', status: 'Delivered', email: 'x@y.test', customer: 'Ann' }),
  json('names that nearly are one', { amont: 1, block: false, contacted: '8', contractor_id: '8' }),
  json('a schema', { $schema: 'https://crm.test/schemas/delivery-note.json', note: 'x' }),
  json('a type and a version', { '@type': 'DeliveryNote', '@version': 3, note: 'x' }),
  json('OData annotations', { '@odata.etag': 'W/"1"', 'note@odata.type': '#String', note: 'x' }),
  json('a number of the stored value, in another spelling of the name', { Amount: 5, note: 'x' }),
  json('the stored state, in another spelling of the name', { deliveryStatus: 'Created', note: 'x' }),
  json('the stored address, in capitals', { CUSTOMER_EMAIL: 'ann@example.com' }),
  json('the stored reference, by three of its names', { contactId: '9', contact: '9', contact_id: '9' }),
  json('the whole record as it is stored', {
    id: '45',
    note: 'left',
    old: 'rep@example.net',
    delivery_status: 'Created',
    amount: 5,
    blocked: true,
    customer_email: 'ann@example.com',
    contact_id: '9',
  }),
  json('the stored truth', { blocked: true }),
  json('a document that is a text', { note: '{"amount":9999}' }),
  json('a document in a text whose names nobody guards', { config: '{"colour":"red","lines":[1,2]}' }),
  json('a form in a text', { tracking: 'utm_source=mail&utm_medium=note' }),
  json('a text with brackets and slashes', { note: 'see /amount and [blocked]' }),
  json('an e-mail address in another field', { note: 'amount@example.com' }),
  json('names of prototypes', { constructor: 'x', length: 3, toString: 'y' }),
  json('names in other scripts', { größe: 'L', цвет: 'red', 色: 'x' }),
  json('no member at all', {}),
  form('a marker of an unguarded field', '_newsletter=on&note=x'),
  form('a default of an unguarded field', '!newsletter=false&note=x'),
  form('a button and a token', 'note=x&commit=Save&authenticity_token=abc%3D%3D&utf8=%E2%9C%93'),
  form('the stored values in a whole form', 'note=left&amount=5&delivery_status=Created&contact_id=9'),
  form('a field of JSF that nobody guards', 'form:note=x&form:submit=1'),
  parts('fields in parts', part('note', 'x'), part('floor', '3')),
  parts('two files under one name', file('photo', 'a.jpg', 'x'), file('photo', 'b.jpg', 'y')),
];

/** Saves that pass where undeclared members are searched: they say no guarded name. */
export const SEARCHED: readonly HonestSave[] = [
  json('a wrapper with fields that nobody guards', { delivery_note: { note: 'rang twice', floor: 3 } }),
  json('properties of another kind', { properties: { colour: 'red', size: 'L' } }),
  json('pairs of another kind', { fields: [{ name: 'note', value: 'x' }] }),
  json('a patch of another field', { operations: [{ op: 'replace', path: '/note', value: 'x' }] }),
  json('an operator on another field', { $set: { note: 'x' }, $inc: { views: 1 } }),
  json('relationships of another kind', { relationships: { tags: { data: [{ type: 'tags', id: '8' }] } } }),
  json('texts that hold the words', { translations: { de: 'the amount is blocked', fr: 'contact: Ann' } }),
  json('fifty levels', JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`)),
  json('links without the reference', { _links: { self: { href: '/api/DeliveryNotes/45' } } }),
  form('a wrapper in a form', 'delivery_note[note]=x&delivery_note[floor]=3'),
  parts(
    'a wrapper in parts, with a file',
    part('note_form[note]', 'x'),
    file('note_form[photo]', 'amount.jpg', 'x'),
  ),
];
