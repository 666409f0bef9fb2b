import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { typed } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { suitecrm as dialect } from './suitecrm.ts';

/** SuiteCRM's V8 API. */
export const suitecrm = dialectKind({
  sharesPath: true,
  starter: {
    path: '/Api/V8',
    keys: [],
    save: ({ name: type, path }, attributes) => ({
      method: 'PATCH',
      path: `${path}/module`,
      body: { data: { type, id: '9f2c1f3e-0d52-4a35-8c8e-1f1d0d6a0b11', attributes } },
    }),
  },
  dialect,
  schema: z.strictObject({
    dialect: z.literal('suitecrm'),
    path: collectionPath.describe('Path of the V8 API, /Api/V8 or /legacy/Api/V8.'),
    ...typed,
  }),
});
