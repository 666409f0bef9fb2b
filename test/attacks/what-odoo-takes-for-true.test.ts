import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startOdoo } from '../harness/odoo-crm.ts';

/*
 * A field of truths is `bool(value)` in Odoo, and of Python's texts only the empty one is false: `"false"` and `"0"` are stored as true.
 */

const kw = (method: string, args: readonly unknown[], model = 'sale.order') =>
  JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 5, params: { model, method, args, kwargs: {} } });
const PLACE = '/web/dataset/call_kw';
const pays = (paid: unknown, more: object = {}): Knock => ({
  line: `POST ${PLACE}`,
  body: kw('write', [[7], { paid, ...more }]),
});
const to = [
  {
    channel: 'email' as const,
    address: { via: 'partner_id', module: 'Partner', field: 'email', reverse: ['sale_order_ids'] },
  },
];

describeDoors('Odoo, by what it takes for true', {
  async start() {
    const order = {
      name: 'SO7',
      state: 'sale',
      priority: '1',
      paid: false,
      sent: false,
      partner_id: [9, 'Acme'],
    };
    const crm = await startOdoo({
      'sale.order/7': { ...order, id: 7 } as never,
      'sale.order/8': { ...order, id: 8, paid: true, priority: '1' } as never,
      'res.partner/9': { id: 9, name: 'Acme', email: 'ann@example.com' } as never,
    });
    return { ...crm, stored: () => crm.records.get('sale.order/7') };
  },
  modules: {
    SaleOrder: {
      dialect: 'odoo',
      path: '/',
      type: 'sale.order',
      relations: { partner_id: { module: 'Partner', field: 'partner_id' } },
    },
    Partner: { dialect: 'odoo', path: '/', type: 'res.partner', relations: { sale_order_ids: 'SaleOrder' } },
  },
  rules: [
    { id: 7, name: 'Paid', module: 'SaleOrder', when: { changed_to: ['paid', true] }, send: { to } },
    { id: 8, name: 'Sent', module: 'SaleOrder', when: { changed: 'sent' }, send: { to } },
    { id: 9, name: 'Urgent', module: 'SaleOrder', when: { changed_to: ['priority', '2'] }, send: { to } },
  ],
  headers: ['Authorization: Bearer key'],
  // Calls are refused with status 200, as Odoo does.
  refused: [
    ...['false', '0', '0.0', 'off', 'no', 'n', 'null', ' '].map((text): [string, number, Knock] => [
      `the text ${JSON.stringify(text)}`,
      200,
      pays(text),
    ]),
    [
      'a text that is stored as a truth of the same word',
      200,
      {
        line: `POST ${PLACE}`,
        body: kw('write', [[7], { sent: 'false' }]),
      },
    ],
    [
      'the text "false" for an order within its partner',
      200,
      {
        line: `POST ${PLACE}`,
        body: kw('write', [[9], { sale_order_ids: [[1, 7, { paid: 'false' }]] }], 'res.partner'),
      },
    ],
    [
      'the text "false" by JSON-2',
      428,
      { line: 'POST /json/2/sale.order/write', body: '{"ids":[7],"vals":{"paid":"false"}}' },
    ],
  ],
  honest: [
    ['false', pays(false), PLACE],
    ['nothing', pays(null), PLACE],
    ['the empty text', pays(''), PLACE],
    ['false for what is true', { line: `POST ${PLACE}`, body: kw('write', [[8], { paid: false }]) }, PLACE],
    ['the text "false" in another field', pays(false, { note: 'false' }), PLACE],
    [
      'the text "0" of a choice that a rule is about',
      { line: `POST ${PLACE}`, body: kw('write', [[8], { priority: '0' }]) },
      PLACE,
    ],
  ],
});
