import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { typed } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { salesforce as dialect } from './salesforce.ts';

/** Salesforce's REST API. */
export const salesforce = dialectKind({
  sharesPath: true,
  starter: {
    path: '/services/data',
    keys: [],
    save: ({ name: type, path }, body) => ({
      method: 'PATCH',
      path: `${path}/v60.0/sobjects/${type}/0015g00000AbCdEAAV`,
      body,
    }),
  },
  dialect,
  schema: z.strictObject({
    dialect: z.literal('salesforce'),
    path: collectionPath.describe('Path of the API, /services/data, without its version.'),
    version: z
      .string()
      .regex(/^v\d{2,3}\.\d$/, { error: 'must be a version such as v60.0' })
      .optional()
      .describe('Version of the API in which records are read.'),
    ...typed,
  }),
});
