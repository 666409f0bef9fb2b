import { type Starter, typeKey, withoutOwnName } from '../kind.ts';

/** A first DocType of Frappe. */
export const starter: Starter = {
  path: '/api',
  keys: [typeKey('DocType, such as Delivery Note,')],
  entry: withoutOwnName,
  save: ({ path, type = '' }, body) => ({
    method: 'PUT',
    path: `${path}/resource/${encodeURIComponent(type)}/1`,
    body,
  }),
};
