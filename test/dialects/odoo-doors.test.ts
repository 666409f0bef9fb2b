import { startOdoo } from '../harness/odoo-crm.ts';
import { describeDoors } from './doors.ts';

const kw = (method: string, args: readonly unknown[], kwargs: object = {}, model = 'sale.order') =>
  JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 5, params: { model, method, args, kwargs } });
const WRITE = 'POST /web/dataset/call_kw/sale.order/write';
const DONE = { state: 'done' };
const order = { id: 7, name: 'SO7', state: 'sale', partner_id: [9, 'Acme'] };

describeDoors('Odoo', {
  async start() {
    const crm = await startOdoo({
      'sale.order/7': order as never,
      'sale.order/8': { ...order, id: 8, state: 'done' } as never,
      'res.partner/9': { id: 9, name: 'Acme', email: 'ann@example.com' } as never,
      'res.partner/4': { id: 4, name: 'Rep', email: 'rep@example.com', sale_order_ids: [] } as never,
    });
    return { ...crm, stored: () => crm.records.get('sale.order/7') };
  },
  modules: {
    SaleOrder: {
      dialect: 'odoo',
      path: '/',
      type: 'sale.order',
      actions: { action_done: { set: DONE }, message_post: { harmless: true } },
      relations: { partner_id: { module: 'Partner', field: 'partner_id' } },
    },
    Partner: { dialect: 'odoo', path: '/', type: 'res.partner', relations: { sale_order_ids: 'SaleOrder' } },
  },
  rules: [
    {
      id: 7,
      name: 'Done',
      module: 'SaleOrder',
      when: { changed_to: ['state', 'done'] },
      send: {
        to: [
          {
            channel: 'email',
            address: { via: 'partner_id', module: 'Partner', field: 'email', reverse: ['sale_order_ids'] },
          },
        ],
      },
    },
  ],
  headers: ['Authorization: Bearer key'],
  // Calls are refused with status 200, as Odoo does; JSON-2 has the real one.
  refused: [
    ['a call in the plain spelling', 200, { line: WRITE, body: kw('write', [[7], DONE]) }],
    [
      'the address of a read',
      200,
      { line: 'POST /web/dataset/call_kw/res.country/read', body: kw('write', [[7], DONE]) },
    ],
    [
      'a declared button, judged as what it sets',
      200,
      { line: 'POST /web/dataset/call_button', body: kw('action_done', [[7]]) },
    ],
    ['an encoded letter', 400, { line: 'POST /web/dataset/call%5Fkw', body: kw('write', [[7], DONE]) }],
    ['a doubled slash', 400, { line: 'POST /web//dataset/call_kw', body: kw('write', [[7], DONE]) }],
    ['capitals', 200, { line: 'POST /JSONRPC', body: kw('write', [[7], DONE]) }],
    ['JSON-2', 428, { line: 'POST /json/2/sale.order/write', body: '{"ids":[7],"vals":{"state":"done"}}' }],
    [
      'JSON-2 with an encoded letter',
      400,
      { line: 'POST /json/2/sale%2Eorder/write', body: '{"ids":[7],"vals":{"state":"done"}}' },
    ],
    [
      'XML-RPC',
      200,
      { line: 'POST /xmlrpc/2/object', headers: ['Content-Type: text/xml'], body: '<methodCall/>' },
    ],
    [
      'a form',
      200,
      { line: WRITE, headers: ['Content-Type: application/x-www-form-urlencoded'], body: 'model=sale.order' },
    ],
    ['another partner', 200, { line: WRITE, body: kw('write', [[7], { partner_id: 4 }]) }],
    [
      'another partner from the other side',
      200,
      { line: WRITE, body: kw('write', [[4], { sale_order_ids: [[4, 7, 0]] }], {}, 'res.partner') },
    ],
    [
      'another partner that takes all',
      200,
      { line: WRITE, body: kw('write', [[4], { sale_order_ids: [[6, 0, [7]]] }], {}, 'res.partner') },
    ],
    [
      'the order taken from its partner',
      200,
      { line: WRITE, body: kw('write', [[9], { sale_order_ids: [[3, 7, 0]] }], {}, 'res.partner') },
    ],
    [
      'the address of the partner, taken away',
      200,
      { line: WRITE, body: kw('write', [[9], { email: false }], {}, 'res.partner') },
    ],
    ['the partner deleted', 200, { line: WRITE, body: kw('unlink', [[9]], {}, 'res.partner') }],
    [
      'a new order in a state that only the context names',
      200,
      { line: WRITE, body: kw('create', [[{ partner_id: 9 }]], { context: { default_state: 'done' } }) },
    ],
    [
      'fields with commands that nobody declared',
      200,
      { line: WRITE, body: kw('write', [[7], { tag_ids: [[6, 0, [1]]] }]) },
    ],
  ],
  honest: [
    [
      'a call about something else',
      { line: WRITE, body: kw('write', [[7], { name: 'SO-7' }]) },
      '/web/dataset/call_kw/sale.order/write',
      kw('write', [[7], { name: 'SO-7' }]),
    ],
    [
      'what the order already says',
      { line: WRITE, body: kw('write', [[8], DONE]) },
      '/web/dataset/call_kw/sale.order/write',
    ],
    [
      'the partner that it has',
      { line: WRITE, body: kw('write', [[7], { partner_id: 9 }]) },
      '/web/dataset/call_kw/sale.order/write',
    ],
    [
      'a new order with a context',
      {
        line: WRITE,
        body: kw('create', [[{ name: 'x' }]], { context: { lang: 'en_US', default_partner_id: 9 } }),
      },
      '/web/dataset/call_kw/sale.order/write',
    ],
    [
      'a search',
      { line: 'POST /json/2/sale.order/search_read', body: '{"domain":[["state","=","done"]]}' },
      '/json/2/sale.order/search_read',
    ],
    [
      'a message',
      { line: 'POST /web/dataset/call_kw', body: kw('message_post', [[7]], { body: 'done' }) },
      '/web/dataset/call_kw',
    ],
    ['a page of the web client', { line: 'GET /odoo/sales/7' }, '/odoo/sales/7'],
    [
      'what else the web client posts, where unmapped writes pass,',
      { line: 'POST /web/action/load', body: '{"params":{"action_id":7}}' },
      '/web/action/load',
    ],
  ],
});
