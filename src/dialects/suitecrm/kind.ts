import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { typed } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { suitecrm as dialect } from './suitecrm.ts';

/** SuiteCRM's V8 API. */
export const suitecrm = dialectKind({
  sharesPath: true,
  dialect,
  schema: z.strictObject({
    dialect: z.literal('suitecrm'),
    path: collectionPath.describe('Path of the V8 API, /Api/V8 or /legacy/Api/V8.'),
    ...typed,
  }),
});
