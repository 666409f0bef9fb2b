import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './commands.ts';

/** What a row of a page says of requests, and such requests: `asks` need the customer's code, `passes` none, `refused` are never sent on. */
export type Row = {
  readonly asks?: readonly Knock[];
  readonly passes?: readonly Knock[];
  readonly refused?: readonly Knock[];
};

/** A request: its line, and what it brings. */
export type Knock = readonly [line: string, body?: object | string | undefined, type?: string | undefined];

/** A page with a table of requests; the rule is about `field` becoming `value`, and its address is on the record itself. */
export type Page = {
  readonly file: string;
  readonly field: string;
  readonly value: string;
  readonly stored: object;
  /** By what stands in the first cell of the row. */
  readonly rows: Readonly<Record<string, Row>>;
};

const graphql = (query: string, variables?: object): Knock => ['POST /graphql', { query, variables }];
const DONE = 'updateTask(id: 45, data: {status: "Done"}) { id }';
const kw = (method: string, args: readonly unknown[], model = 'sale.order', kwargs: object = {}): Knock => [
  `POST /web/dataset/call_kw/${model}/${method}`,
  { jsonrpc: '2.0', method: 'call', id: 1, params: { model, method, args, kwargs } },
];
const rpc = (...args: readonly unknown[]): Knock => [
  'POST /jsonrpc',
  { jsonrpc: '2.0', method: 'call', id: 1, params: { service: 'object', method: 'execute_kw', args } },
];
const DELIVERED = { status: 'Delivered' };
const root = (line: string) => line.replace(' ', ' /odata/v4/crm/');
const odata = (line: string, body?: object | string, type?: string): Knock => [root(line), body, type];
const frappe = (line: string, body?: object): Knock => [line.replace(' ', ' /api/'), body];
const NOTE = 'resource/Delivery%20Note/DN-1';
const CLOSED = { status: 'Closed' };
const named = { doctype: 'Delivery Note', name: 'DN-1' };

const PARTS = [
  ...['--b', 'Content-Type: application/http', '', 'PATCH Orders(45) HTTP/1.1'],
  ...['Content-Type: application/json', '', '{"status":"Delivered"}', '--b--', ''],
].join('\r\n');

/** The pages of dialects whose tables say what requests are. */
export const PAGES: readonly Page[] = [
  {
    file: 'docs/dialects/rest.md',
    field: 'status',
    value: 'Delivered',
    stored: { id: '45', status: 'Open' },
    rows: {
      '`GET /api/orders`, `GET /api/orders/45`': { passes: [['GET /api/orders'], ['GET /api/orders/45']] },
      '`POST /api/orders`': { passes: [['POST /api/orders', { status: 'Open' }]] },
      '`PUT`, `PATCH`, `POST /api/orders/45`': {
        asks: [
          ['PUT /api/orders/45', DELIVERED],
          ['PATCH /api/orders/45', 'status=Delivered', 'application/x-www-form-urlencoded'],
          ['POST /api/orders/45', DELIVERED],
        ],
        passes: [['PATCH /api/orders/45', { note: 'x' }]],
      },
      '`DELETE /api/orders/45`': { passes: [['DELETE /api/orders/45']] },
      '`POST`, `PUT`, `PATCH /api/orders` with a list at `records`': {},
      'anything else below the path that may write': { refused: [['POST /api/orders/45/deliver', {}]] },
    },
  },
  {
    file: 'docs/dialects/graphql.md',
    field: 'status',
    value: 'Done',
    stored: { id: '45', status: 'Open' },
    rows: {
      'a query, a subscription over HTTP': {
        passes: [graphql('{ tasks { id } }'), graphql('subscription { tasks { id } }')],
      },
      'each field at the root of the mutation that is run, under any alias, through all fragments, whatever `@skip` and `@include` say':
        {
          asks: [
            graphql(`mutation { a: ${DONE} }`),
            graphql(`mutation { ...F } fragment F on Mutation { ${DONE} }`),
            graphql(`mutation { ${DONE.replace(') {', ') @skip(if: true) {')} }`),
            graphql('mutation { finishTask(input: {taskId: 45}) { id } }'),
            graphql('mutation { saveTasks(tasks: [{id: 45, status: "Done"}]) { id } }'),
            graphql('mutation { closeTasks(ids: [45]) { id } }'),
          ],
          passes: [
            graphql('mutation { updateTask(id: 45, data: {subject: "x"}) { id } }'),
            graphql('mutation { login(user: "a") }'),
          ],
        },
      'a field that no module names': { refused: [graphql('mutation { addRegion(name: "x") }')] },
      'a list of requests in one body': {
        asks: [['POST /graphql', [{ query: '{ a }' }, { query: `mutation { ${DONE} }` }]]],
        passes: [['POST /graphql', [{ query: '{ a }' }, { query: '{ b }' }]]],
      },
      'a GET with the text of a query': { passes: [['GET /graphql?query=%7Btasks%7Bid%7D%7D']] },
      'a GET with a mutation, a document that the server keeps under a name or a digest, a document in the address of a POST, forms and uploads, WebSockets, two operations without `operationName`, anything else':
        {
          refused: [
            [`GET /graphql?query=${encodeURIComponent(`mutation { ${DONE} }`)}`],
            ['POST /graphql', { documentId: 'done' }],
            ['POST /graphql', { extensions: { persistedQuery: { sha256Hash: 'x' } } }],
            ['POST /graphql?query=%7Ba%7D', { query: '{ a }' }],
            ['POST /graphql', 'query=%7Ba%7D', 'application/x-www-form-urlencoded'],
            graphql(`query a { b } mutation b { ${DONE} }`),
          ],
        },
    },
  },
  {
    file: 'docs/dialects/odata.md',
    field: 'status',
    value: 'Delivered',
    stored: { ID: '45', status: 'Open' },
    rows: {
      '`GET …`': { passes: [odata('GET Orders(45)'), odata('GET $metadata')] },
      '`POST Orders`': { passes: [odata('POST Orders', { ID: '77', status: 'Open' })] },
      "`PATCH`, `PUT`, `DELETE` on `Orders(45)`, `Orders(ID=45)`, `Orders('45')`, `Orders/45`": {
        asks: ['Orders(45)', 'Orders(ID=45)', "Orders('45')", 'Orders/45'].map((key) =>
          odata(`PATCH ${key}`, DELIVERED),
        ),
        passes: [odata('PATCH Orders(45)', { note: 'x' }), odata('DELETE Orders(45)')],
      },
      '`PUT`, `PATCH`, `DELETE` on `Orders(45)/status`': {
        asks: [odata('PUT Orders(45)/status', { value: 'Delivered' })],
        passes: [odata('DELETE Orders(45)/status')],
      },
      '`POST Orders(45)/CRM.deliver`': {
        asks: [odata('POST Orders(45)/CRM.deliver', {})],
        passes: [odata('POST Orders(45)/CRM.print', {})],
        refused: [odata('POST Orders(45)/CRM.cancel', {})],
      },
      '`POST Customers(9)/orders`, `POST …/orders/$ref`, `PUT`, `DELETE` on `Orders(45)/customer/$ref`': {
        passes: [
          odata('POST Customers(9)/orders', { note: 'x' }),
          odata('PUT Orders(45)/customer/$ref', { '@odata.id': 'Customers(9)' }),
        ],
        refused: [odata('POST Customers(9)/visits', {})],
      },
      '`"orders": […]`, `"orders@delta": […]`, `"customer@odata.bind": "Customers(9)"` in a save': {
        asks: [odata('PATCH Customers(9)', { 'orders@delta': [{ ID: '45', status: 'Delivered' }] })],
        passes: [odata('PATCH Orders(45)', { 'customer@odata.bind': 'Customers(9)' })],
      },
      '`POST $batch`, `application/json` or `multipart/mixed`': {
        asks: [
          odata('POST $batch', {
            requests: [{ id: '1', method: 'PATCH', url: 'Orders(45)', body: DELIVERED }],
          }),
          odata('POST $batch', PARTS, 'multipart/mixed; boundary=b'),
        ],
        passes: [odata('POST $batch', { requests: [{ id: '1', method: 'GET', url: 'Orders(45)' }] })],
      },
      'a batch within a batch or in another spelling (`$BATCH`), `X-HTTP-Method`, several keys, `$each`, `/$value`, a path through another record (`Customers(9)/orders(45)`), anything else that writes':
        {
          refused: [
            odata('POST $batch', '--b--', 'multipart/mixed; boundary=b'),
            odata('POST $batch', {
              requests: [{ id: '1', method: 'POST', url: '$batch', body: { requests: [] } }],
            }),
            odata('POST $BATCH', { requests: [] }),
            odata('PATCH Orders(ID=45,v=1)', DELIVERED),
            odata('PATCH Orders/$each', DELIVERED),
            odata('PUT Orders(45)/status/$value', DELIVERED),
            odata('PATCH Customers(9)/orders(45)', DELIVERED),
          ],
        },
    },
  },
  {
    file: 'docs/dialects/odoo.md',
    field: 'state',
    value: 'done',
    stored: { id: 7, state: 'sale', partner_id: 9 },
    rows: {
      '`read`, `search_read`, `web_read`, `onchange`, `fields_get` and their kind; the service `common`': {
        passes: [
          ...['read', 'search_read', 'web_read', 'onchange', 'fields_get'].map((method) => kw(method, [[7]])),
          [
            'POST /jsonrpc',
            { jsonrpc: '2.0', id: 1, params: { service: 'common', method: 'login', args: [] } },
          ],
        ],
      },
      '`write`, `web_save`, `web_save_multi`, `create`, `name_create`, `unlink`': {
        asks: [
          kw('write', [[7], { state: 'done' }]),
          kw('web_save', [[7], { state: 'done' }]),
          kw('web_save_multi', [[7], [{ state: 'done' }]]),
          rpc('db', 2, 'secret', 'sale.order', 'write', [[7], { state: 'done' }]),
          ['POST /json/2/sale.order/write', { ids: [7], vals: { state: 'done' } }],
        ],
        passes: [
          kw('write', [[7], { note: 'x' }]),
          kw('create', [{ note: 'x' }]),
          kw('name_create', ['x']),
          kw('unlink', [[7]]),
        ],
      },
      '`copy`': { passes: [kw('copy', [[7], { note: 'x' }])] },
      '`/web/dataset/resequence`': {
        passes: [
          [
            'POST /web/dataset/resequence',
            { jsonrpc: '2.0', id: 1, params: { model: 'sale.order', ids: [7], field: 'sequence' } },
          ],
        ],
      },
      'commands of a field in `relations`: 0 create, 1 update, 2 delete, 3 unlink, 4 link, 5 clear, 6 set': {
        asks: [kw('write', [[9], { sale_order_ids: [[1, 7, { state: 'done' }]] }], 'res.partner')],
        passes: [kw('write', [[9], { sale_order_ids: [[1, 7, { note: 'x' }]] }], 'res.partner')],
      },
      '`default_…` in the context of a call that creates': {
        refused: [kw('create', [{ note: 'x' }], 'sale.order', { context: { default_state: 'done' } })],
      },
      '`lang`, `allowed_company_ids`, `website_id` and all else in the context of a call, but `default_…` and `bin_size`':
        {
          asks: [kw('write', [[7], { state: 'done' }], 'sale.order', { context: { lang: 'de_DE' } })],
          passes: [kw('write', [[7], { note: 'x' }], 'sale.order', { context: { lang: 'de_DE' } })],
        },
      'another method': {
        asks: [kw('action_done', [[7]])],
        passes: [kw('message_post', [[7]])],
        refused: [kw('action_cancel', [[7]])],
      },
      'a model that no module names': { refused: [kw('write', [[1], { name: 'x' }], 'res.country')] },
      'a GET or POST with `jsonp` (until Odoo 13 it brings a call), ids in a text (`"78"` is the records 7 and 8), more arguments by their places than the method has, XML-RPC, `/json/1`, `load` (the import), the service `db`, ids that are no numbers, anything else':
        {
          refused: [
            ['GET /web/dataset/call_kw?jsonp=x'],
            kw('write', ['78', { note: 'x' }]),
            kw('write', [[7], { note: 'x' }, {}]),
            ['POST /xmlrpc/2/object', '<methodCall/>', 'text/xml'],
            ['POST /json/1/sale.order/write', { ids: [7] }],
            kw('load', [['state'], [['done']]]),
            ['POST /jsonrpc', { jsonrpc: '2.0', id: 1, params: { service: 'db', method: 'drop', args: [] } }],
            kw('write', [['x'], { note: 'x' }]),
          ],
        },
    },
  },
  {
    file: 'docs/dialects/frappe.md',
    field: 'status',
    value: 'Closed',
    stored: { name: 'DN-1', status: 'To Bill' },
    rows: {
      '`GET` on `resource`, `document`, `doctype`; `frappe.client.get…`, `frappe.desk…get`, a login': {
        passes: [
          frappe(`GET ${NOTE}`),
          frappe('POST method/frappe.client.get_list', { doctype: 'Delivery Note' }),
          frappe('POST method/login', { usr: 'a', pwd: 'b' }),
        ],
      },
      '`POST resource/{DocType}`, `PUT`, `DELETE resource/{DocType}/{name}`; the same below `v1`, and with `PATCH` at `v2/document`':
        {
          asks: [
            frappe(`PUT ${NOTE}`, CLOSED),
            frappe(`PUT v1/${NOTE}`, { data: JSON.stringify(CLOSED) }),
            frappe('PATCH v2/document/Delivery%20Note/DN-1', CLOSED),
          ],
          passes: [
            frappe('POST resource/Delivery%20Note', { remarks: 'x' }),
            frappe(`PUT ${NOTE}`, { remarks: 'x', items: [{ item_code: 'A' }] }),
            frappe(`DELETE ${NOTE}`),
          ],
        },
      '`frappe.client.set_value`, `insert`, `insert_many`, `bulk_update`, `delete`; `v2` `bulk_update`, `bulk_delete`':
        {
          asks: [
            frappe('POST method/frappe.client.set_value', { ...named, fieldname: 'status', value: 'Closed' }),
            frappe('POST method/frappe.client.bulk_update', {
              docs: JSON.stringify([{ doctype: 'Delivery Note', docname: 'DN-1', ...CLOSED }]),
            }),
            frappe('POST v2/document/Delivery%20Note/bulk_update', { docs: [{ name: 'DN-1', ...CLOSED }] }),
          ],
          passes: [
            frappe('POST method/frappe.client.insert', { doc: { doctype: 'Delivery Note', remarks: 'x' } }),
            frappe('POST method/frappe.client.delete', named),
          ],
        },
      '`frappe.client.save`, `submit`, `frappe.desk.form.save.savedocs`': {
        asks: [
          frappe('POST method/frappe.client.save', { doc: { ...named, ...CLOSED } }),
          frappe('POST method/frappe.desk.form.save.savedocs', {
            action: 'Save',
            doc: JSON.stringify({ ...named, ...CLOSED }),
          }),
        ],
        passes: [
          frappe('POST method/frappe.client.save', {
            doc: { ...named, status: 'To Bill', email: 'ann@example.com' },
          }),
        ],
      },
      '`frappe.client.cancel`, `submit` and `cancel` as methods of a document': {
        passes: [
          frappe('POST method/frappe.client.cancel', named),
          frappe(`POST ${NOTE}`, { run_method: 'submit' }),
        ],
      },
      '`POST resource/{DocType}/{name}` with `run_method`, `run_doc_method`, `v2/document/…/method/{method}`':
        {
          asks: [
            frappe(`POST ${NOTE}`, { run_method: 'close_note' }),
            frappe('POST method/run_doc_method', { dt: 'Delivery Note', dn: 'DN-1', method: 'close_note' }),
            frappe('POST v2/document/Delivery%20Note/DN-1/method/close_note', {}),
          ],
          passes: [frappe(`POST ${NOTE}`, { run_method: 'make_pdf' })],
          refused: [frappe(`POST ${NOTE}`, { run_method: 'update_status' })],
        },
      '`cmd=…` in a body, on any path below `/api`': {
        asks: [
          frappe('POST method/login', {
            cmd: 'frappe.client.set_value',
            ...named,
            fieldname: 'status',
            value: 'Closed',
          }),
        ],
      },
      'another function': {
        refused: [
          frappe('POST method/acme.api.refresh', {}),
          frappe('POST method/acme.api.refresh', { what: 'Delivery Note' }),
        ],
      },
      '`frappe.client.rename_doc`, rows of a table of a mapped document by themselves, uploads into a field, more than 20 documents at once (Frappe queues them), `cmd` in an address, anything else':
        {
          refused: [
            frappe('POST method/frappe.client.rename_doc', { doctype: 'Delivery Note', old_name: 'DN-1' }),
            frappe('PUT resource/Delivery%20Note%20Item/1', { parenttype: 'Delivery Note', qty: 3 }),
            frappe('POST method/upload_file', {
              doctype: 'Delivery Note',
              docname: 'DN-1',
              fieldname: 'pod',
            }),
            frappe('POST v2/document/Delivery%20Note/bulk_update', {
              docs: Array.from({ length: 21 }, (_, nth) => ({ name: `DN-${nth}`, remarks: 'x' })),
            }),
            frappe(`GET ${NOTE}?cmd=frappe.client.delete`),
          ],
        },
    },
  },
];

/** The blocks of YAML of a page. */
export function yamlIn(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** The first cells of the table below the heading of requests or calls. */
export function firstCellsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const [, table = ''] = /^\| (?:request|call)[^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)/m.exec(text) ?? [];
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(2).split(' | ')[0] ?? '');
}
