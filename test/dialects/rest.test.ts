import { refuse } from '../harness/answers.ts';
import { STORED, startCrm } from '../harness/crm.ts';
import { describeDialect } from './contract.ts';

const NOTE = '/api/DeliveryNotes/45';

describeDialect('rest', {
  async start() {
    const crm = await startCrm({ auth: true });
    return Object.assign(crm, { stored: () => crm.records.get('45') });
  },
  modules: {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
    Lists: { dialect: 'rest', path: '/api/Lists', records: '/data' },
  },
  module: 'DeliveryNotes',
  fields: { status: 'status', email: 'email', subject: 'subject' },
  credentials: 'Bearer rep',
  reads: [
    { method: 'GET', path: NOTE },
    { method: 'GET', path: '/api/DeliveryNotes?status=Closed' },
  ],
  harmless: [],
  save: (fields) => ({ method: 'PATCH', path: NOTE, body: fields }),
  places: [(fields, code) => ({ method: 'PUT', path: NOTE, body: { ...fields, ...code } })],
  create: (fields) => ({ method: 'POST', path: '/api/DeliveryNotes', body: fields }),
  remove: { method: 'DELETE', path: NOTE },
  unmapped: [],
  unknown: [{ method: 'POST', path: `${NOTE}/close`, body: {} }],
  disguises: [['a full record', { method: 'PUT', path: NOTE, body: { ...STORED, status: 'Closed' } }]],
  nonsense: [
    ['a list', { method: 'PATCH', path: NOTE, body: [] }],
    ['JSON that ends early', { method: 'PATCH', path: NOTE, body: '{"status":' }],
    ['an id of another record', { method: 'PATCH', path: NOTE, body: { id: '46' } }],
  ],
  mistakes: {
    notJson: { method: 'PATCH', path: NOTE, body: '{status:"Closed"}' },
    twice: { method: 'PATCH', path: NOTE, body: '{"status":"Open","status":"Closed"}' },
    inTheAddress: { method: 'PATCH', path: `${NOTE}?status=Closed`, body: {} },
    ofNoModule: { method: 'PATCH', path: '/api/Frobs/45', body: { status: 'Closed' } },
    againstItself: { method: 'PATCH', path: NOTE, body: { id: '46', status: 'Closed' } },
    tooMany: {
      method: 'PATCH',
      path: '/api/Lists',
      body: { data: Array.from({ length: 201 }, (_, id) => ({ id: `${id + 1}`, status: 'Closed' })) },
    },
  },
  refuses: refuse(422),
  refusalIn: ({ json }) => ({
    code: String(json.type).replace('urn:countersign:problem:', '').toUpperCase().replaceAll('-', '_'),
    message: json['detail'],
    rules: json.rules,
  }),
  strangerStatus: 401,
});
