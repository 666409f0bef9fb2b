import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { actions, common, heads } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { members } from '../members.ts';
import { frappe as dialect } from './frappe.ts';
import { starter } from './starter.ts';

/** Frappe and ERPNext. */
export const frappe = dialectKind({
  sharesPath: true,
  starter,
  dialect,
  schema: z.strictObject({
    dialect: z.literal('frappe'),
    path: collectionPath.describe('Path of the API, /api. Several modules share it.'),
    type: z
      .string()
      .regex(/^[\p{L}\d][\p{L}\d _-]*$/u, { error: 'must be the name of a DocType' })
      .optional()
      .describe("The DocType. Default: the module's name here."),
    actions,
    tolerateDoubleSlash: common.tolerateDoubleSlash,
    ...heads,
    ...members,
  }),
});
