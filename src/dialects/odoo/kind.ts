import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { actions, heads } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { members } from '../members.ts';
import { odoo as dialect } from './odoo.ts';
import { starter } from './starter.ts';

/** Odoo: the calls of its web client, JSON-RPC and JSON-2. All other paths are what `passthrough` says. */
export const odoo = dialectKind({
  sharesPath: true,
  starter,
  entryPaths: ['/web/dataset', '/jsonrpc', '/json', '/xmlrpc'],
  dialect,
  schema: z.strictObject({
    dialect: z.literal('odoo'),
    path: z
      .union([z.literal('/'), collectionPath], { error: 'must be /, or the path below which Odoo is' })
      .describe('Where Odoo is: /. Several modules share it.'),
    type: z
      .string()
      .regex(/^[a-z][\w.]*$/, { error: 'must be the name of a model, such as sale.order' })
      .optional()
      .describe("The model. Default: the module's name here."),
    actions,
    ...heads,
    ...members,
  }),
});
