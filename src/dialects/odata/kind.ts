import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { fieldName } from '../../kinds/values.ts';
import { actions, common, readBack, typed } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { odata as dialect } from './odata.ts';
import { starter } from './starter.ts';

/** An OData service, version 4. */
export const odata = dialectKind({
  sharesPath: true,
  starter,
  dialect,
  schema: z.strictObject({
    dialect: z.literal('odata'),
    path: collectionPath.describe('Root of the service. Several modules share it.'),
    key: fieldName.prefault('ID').describe('The property that is the key.'),
    keys: z
      .enum(['auto', 'text'])
      .prefault('auto')
      .describe(
        'How records are read back: auto writes numbers and GUIDs plainly, Orders(45), and other keys in quotes; text writes all in quotes, for numbers that are texts.',
      ),
    read: readBack,
    actions,
    ifMatch: common.ifMatch,
    ...typed,
    type: typed.type.describe("The entity set. Default: the module's name here."),
  }),
});
