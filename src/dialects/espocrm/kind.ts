import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { typed } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { espocrm as dialect } from './espocrm.ts';

/** EspoCRM's API. */
export const espocrm = dialectKind({
  sharesPath: true,
  starter: {
    path: '/api/v1',
    keys: [],
    save: ({ name: type, path }, body) => ({
      method: 'PUT',
      path: `${path}/${type}/5f2c1f3e0d524a358`,
      body,
    }),
  },
  dialect,
  schema: z.strictObject({
    dialect: z.literal('espocrm'),
    path: collectionPath.describe('Path of the API, /api/v1.'),
    ...typed,
  }),
});
