import { refuse } from '../harness/answers.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { type Call, describeDialect } from './contract.ts';

type Fields = Readonly<Record<string, unknown>>;

const PATH = '/webservice.php';
const FORM = 'application/x-www-form-urlencoded';
const CLOSED = '{"id":"17x5","ticketstatus":"Closed"}';
const MANDATORY = { assigned_user_id: '19x1', ticketpriorities: 'Low' };

function post(parameters: Fields | string, { query = '', headers = {} } = {}): Call {
  const texts =
    typeof parameters === 'string'
      ? parameters
      : new URLSearchParams({ sessionName: SESSION, ...(parameters as Record<string, string>) }).toString();
  return { method: 'POST', path: PATH + query, body: texts, headers: { 'content-type': FORM, ...headers } };
}

function get(query: string): Call {
  return { method: 'GET', path: `${PATH}?sessionName=${SESSION}&${query}` };
}

function revise(fields: Fields, beside: Fields = {}): Call {
  return post({ operation: 'revise', element: JSON.stringify({ id: '17x5', ...fields }), ...beside });
}

/** A form as it is written, with the session. */
function raw(text: string, more?: Parameters<typeof post>[1]): Call {
  return post(`sessionName=${SESSION}&${text}`, more);
}

const element = encodeURIComponent(CLOSED);
const closing = (id: string) => revise({ id, ticketstatus: 'Closed' });

describeDialect('vtiger-webservice', {
  start: () => startVtiger({ positional: true }),
  modules: { HelpDesk: { dialect: 'vtiger-webservice', path: PATH, idPrefix: '17' } },
  module: 'HelpDesk',
  fields: { status: 'ticketstatus', email: 'cf_852', subject: 'ticket_title' },
  credentials: null,
  asStranger: (call) => ({ ...call, body: String(call.body).replace(SESSION, 'nobody') }),
  reads: [
    get('operation=retrieve&id=17x5'),
    get('operation=listtypes'),
    get('operation=describe&elementType=HelpDesk'),
    get(`operation=query&query=${encodeURIComponent("SELECT * FROM HelpDesk WHERE ticketstatus='Open';")}`),
  ],
  harmless: [
    post({ operation: 'extendsession' }),
    raw('operation=listtypes'),
    post({ operation: 'retrieve' }, { query: '?id=17x5' }),
  ],
  save: revise,
  places: [
    (fields, code) => revise({ ...fields, ...code }),
    (fields, code) => revise(fields, code),
    (fields, code) =>
      post(
        { element: JSON.stringify({ id: '17x5', ...fields }), ...code },
        { query: `?operation=revise&sessionName=${SESSION}` },
      ),
    (fields, code) =>
      post({
        operation: 'mobile.saverecord',
        module: 'HelpDesk',
        record: '17x5',
        values: JSON.stringify({ ...fields, ...code }),
      }),
  ],
  create: (fields) =>
    post({
      operation: 'create',
      elementType: 'HelpDesk',
      element: JSON.stringify({ ...MANDATORY, ...fields }),
    }),
  remove: post({ operation: 'delete', id: '17x5' }),
  unmapped: [
    post({ operation: 'revise', element: '{"id":"12x4","mobile":"+15550000000"}' }),
    post({
      operation: 'create',
      elementType: 'Contacts',
      element: '{"lastname":"x","assigned_user_id":"19x1"}',
    }),
    post({ operation: 'delete', id: '12x4' }),
  ],
  unknown: [
    get(`operation=revise&element=${element}`),
    get('operation=frobnicate'),
    get('operation=retrieve&operation=revise&id=17x5'),
    { ...revise({ ticketstatus: 'Closed' }), method: 'PUT' },
    { ...revise({ ticketstatus: 'Closed' }), path: `${PATH}/extra/path` },
    { method: 'DELETE', path: PATH },
  ],
  disguises: [
    ...[
      '17x05',
      '17x5abc',
      '17x5 ',
      ' 17x5',
      '017x5',
      '17abcx5',
      '17x5x9',
      '17.0x5',
      '1.7e1x5',
      '17x5.0',
    ].map((id) => [`the id "${id}"`, closing(id)] as const),
    ...['17x+5', '17x 5', '17x\t5', "17x5'", '17x5-0', '17x5,4', '17x5\u0000', '17x5/*', '17x5e0'].map(
      (id) => [`the id ${JSON.stringify(id)}`, closing(id)] as const,
    ),
    ...['revise ', 'révise', 'ŕevĭsè', 'reviſe', 'REVİSE', 'revıse', 'ReVise'].map(
      (operation) => [`the operation "${operation}"`, post({ operation, element: CLOSED })] as const,
    ),
    ...['%20element', '+element', 'element%00', 'element%00x', '%65lement', 'j=%zz&element'].map(
      (name) => [`the name ${name}`, raw(`operation=revise&${name}=${element}`)] as const,
    ),
    ['an operation under a name with NUL', raw(`operation=retrieve&operation%00x=revise&element=${element}`)],
    ['two elements', raw(`operation=revise&element=%7B%22id%22%3A%2217x5%22%7D&element=${element}`)],
    ['two operations', raw(`operation=retrieve&operation=revise&element=${element}`)],
    [
      'another operation in the address',
      raw(`operation=revise&element=${element}`, { query: '?operation=retrieve&id=17x5' }),
    ],
    [
      'two statuses in the JSON',
      raw(
        `operation=revise&element=${encodeURIComponent('{"id":"17x5","ticketstatus":"Open","ticketstatus":"Closed"}')}`,
      ),
    ],
    [
      'a status in escapes',
      raw(
        `operation=revise&element=${encodeURIComponent('{"id":"17x5","ticketst\\u0061tus":"Clos\\u0065d"}')}`,
      ),
    ],
    ['a status in entities', revise({ ticketstatus: 'Clo&#115;ed' })],
    ['a status in a list', revise({ ticketstatus: ['Closed'] })],
    ['a status in an object', revise({ ticketstatus: { a: 'Closed' } })],
    ...['closed', 'CLOSED', 'Closed ', 'Clósed', 'Cloſed', '&#x43;losed', 'Cl&oacute;sed'].map(
      (ticketstatus) => [`the status "${ticketstatus}"`, revise({ ticketstatus })] as const,
    ),
    [
      'a save of the mobile API',
      post({
        operation: 'mobile.saverecord',
        module: 'Contacts',
        record: '17x5',
        values: '{"ticketstatus":"Closed"}',
      }),
    ],
    [
      'two records in one',
      post({ operation: 'mobile.saverecord', module: 'HelpDesk', record: '17x7', values: CLOSED }),
    ],
    [
      'a save of the mobile API in odd letters',
      post({ operation: 'MÓBILE.SaveRecord ', record: '17x5', values: '{"ticketstatus":"Closed"}' }),
    ],
    [
      'another method in a header',
      raw(`operation=revise&element=${element}`, { headers: { 'x-http-method-override': 'GET' } }),
    ],
    ['an id in a delete', post({ operation: 'delete', id: '17x05' })],
  ],
  nonsense: [
    [
      'JSON instead of a form',
      { method: 'POST', path: PATH, body: { operation: 'revise', element: CLOSED } },
    ],
    ['an element that is not JSON', raw('operation=revise&element=%7Bid%3A17x')],
    [
      'an element with its quotes escaped',
      raw(`operation=revise&element=${encodeURIComponent(CLOSED.replaceAll('"', '\\"'))}`),
    ],
    ['an element that is a text', raw('operation=revise&element=%22abc%22')],
    ['an element that is a list', raw(`operation=revise&element=${encodeURIComponent(`[${CLOSED}]`)}`)],
    ['no element', raw('operation=revise')],
    ['an element in the address', raw('operation=revise', { query: `?element=${element}` })],
    ['a list called element', raw(`operation=revise&element[]=${element}`)],
    ...['17x05', '17x5abc', '17abcx5', '17x5 '].map((id) => [`the id "${id}"`, closing(id)] as const),
    ['an id that is a number', revise({ id: 5 })],
    ['an id without a prefix', revise({ id: '5' })],
    ['no id', raw(`operation=update&element=${encodeURIComponent('{"ticketstatus":"Open"}')}`)],
    ['the module against the id', revise({ ticketstatus: 'Open' }, { elementType: 'Contacts' })],
    ['a mapped module against another id', revise({ id: '12x4', mobile: '+1' }, { elementType: 'HelpDesk' })],
    ['a module in other letters', post({ operation: 'create', elementType: 'helpdesk', element: '{}' })],
    ['an id in a new record', post({ operation: 'create', elementType: 'HelpDesk', element: CLOSED })],
    [
      'a bulk save',
      post({
        operation: 'wsapp_put',
        key: 'k',
        element: `[{"id":"c","module":"HelpDesk","values":${CLOSED}}]`,
      }),
    ],
    ['an operation that nobody knows', raw('operation=frobnicate')],
    ['no operation', raw('element=1')],
    ['two sessions', raw('operation=revise', { query: '?sessionName=another' })],
    ['an id of a delete in the address', post({ operation: 'delete' }, { query: '?id=17x5' })],
  ],
  mistakes: {
    notJson: raw('operation=revise&element=%7Bid%3A17x5'),
    twice: raw(`operation=revise&element=${element}&element=${element}`),
    inTheAddress: raw('operation=revise', { query: `?element=${element}` }),
    ofNoModule: closing('99x5'),
    againstItself: revise({ ticketstatus: 'Closed' }, { elementType: 'Contacts' }),
    tooMany: post({
      operation: 'wsapp_put',
      key: 'k',
      element: JSON.stringify(
        Array.from({ length: 201 }, (_, id) => ({ id, module: 'HelpDesk', values: JSON.parse(CLOSED) })),
      ),
    }),
  },
  refuses: refuse(200, { success: false, error: { message: 'no', code: 'ACCESS_DENIED' } }),
  refusalIn: ({ json }) => json['error'] as ReturnType<Parameters<typeof describeDialect>[1]['refusalIn']>,
  refusalStatus: 200,
  strangerStatus: 200,
});
