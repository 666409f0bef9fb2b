import { type Starter, typeKey, withoutOwnName } from '../kind.ts';

/** A first model of Odoo. */
export const starter: Starter = {
  path: '/',
  passthrough: ['/web/login', '/web/session/**', '/web/action/load', '/web/webclient/**'],
  keys: [typeKey('model, such as sale.order,')],
  entry: withoutOwnName,
  save: ({ path, type: model }, values) => ({
    method: 'POST',
    path: `${path.replace(/\/$/, '')}/web/dataset/call_kw/${model}/write`,
    body: {
      jsonrpc: '2.0',
      method: 'call',
      id: 1,
      params: { model, method: 'write', args: [[1], values], kwargs: {} },
    },
  }),
};
