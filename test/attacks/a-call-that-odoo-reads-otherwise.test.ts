import { describeDoors } from '../dialects/doors.ts';
import { startOdoo } from '../harness/odoo-crm.ts';

/*
 * A call that names one record for the gateway and others for Odoo: `browse` makes a record of each letter of a text, an argument too many moves the
 * others, and until Odoo 13 a GET brings a whole call as JSONP.
 */

const call = (method: string, args: readonly unknown[], kwargs: object = {}) =>
  JSON.stringify({
    jsonrpc: '2.0',
    method: 'call',
    id: 5,
    params: { model: 'sale.order', method, args, kwargs },
  });
const PLACE = '/web/dataset/call_kw';
const WRITE = `POST ${PLACE}`;
const DONE = { state: 'done' };
const order = { name: 'SO7', state: 'sale', partner_id: [9, 'Acme'] };

describeDoors('Odoo, by a call that it reads otherwise', {
  async start() {
    const crm = await startOdoo({
      'sale.order/7': { ...order, id: 7 } as never,
      'sale.order/78': { ...order, id: 78, state: 'done' } as never,
      'res.partner/9': { id: 9, name: 'Acme', email: 'ann@example.com' } as never,
    });
    return { ...crm, stored: () => crm.records.get('sale.order/7') };
  },
  modules: {
    SaleOrder: { dialect: 'odoo', path: '/', type: 'sale.order', actions: { action_done: { set: DONE } } },
    Partner: { dialect: 'odoo', path: '/', type: 'res.partner' },
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
            address: { via: 'partner_id', module: 'Partner', field: 'email', reverse: 'none' },
          },
        ],
      },
    },
  ],
  headers: ['Authorization: Bearer key'],
  // Calls are refused with status 200, as Odoo does; JSON-2 has the real one.
  refused: [
    ['ids in a text', 200, { line: WRITE, body: call('write', ['78', DONE]) }],
    ['ids in a text, of a button', 200, { line: WRITE, body: call('action_done', ['78']) }],
    [
      'ids in a text, at JSON-2',
      400,
      { line: 'POST /json/2/sale.order/write', body: '{"ids":"78","vals":{"state":"done"}}' },
    ],
    [
      'a GET with a call',
      200,
      { line: `GET ${PLACE}?jsonp=x&r=${encodeURIComponent(call('write', [[7], DONE]))}` },
    ],
    ['a GET with a call, its parameter encoded', 200, { line: `GET ${PLACE}?%6asonp=x&r=%7B%7D` }],
    ['a GET for a call that was sent before', 200, { line: `GET ${PLACE}?jsonp=x&id=5` }],
    ['a POST that is kept for a GET', 200, { line: `${WRITE}?jsonp=x&id=5`, body: call('read', [[7]]) }],
    ['values behind those of a new order', 200, { line: WRITE, body: call('create', [{ name: 'x' }, DONE]) }],
    [
      'a context by its place',
      200,
      { line: WRITE, body: call('write', [[7], { name: 'x' }, { default_state: 'done' }]) },
    ],
  ],
  honest: [
    ['an id by itself', { line: WRITE, body: call('write', [7, { name: 'x' }]) }, PLACE],
    ['a list of ids', { line: WRITE, body: call('write', [[7, 78], { name: 'x' }]) }, PLACE],
    ['a list of ids as texts', { line: WRITE, body: call('write', [['78'], { name: 'x' }]) }, PLACE],
    [
      'a save of the web client',
      { line: WRITE, body: call('web_save', [[7], { name: 'y' }], { specification: {} }) },
      PLACE,
    ],
    [
      'all arguments by their places',
      { line: WRITE, body: call('web_save', [[7], { name: 'y' }, {}, false]) },
      PLACE,
    ],
    [
      'a context by its name',
      { line: WRITE, body: call('write', [[7], { name: 'z' }], { context: { lang: 'de_DE' } }) },
      PLACE,
    ],
    ['a GET without a call', { line: `GET ${PLACE}?id=5` }, `${PLACE}?id=5`],
  ],
});
