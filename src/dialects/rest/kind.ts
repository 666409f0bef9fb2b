import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { fieldName, pointer } from '../../kinds/values.ts';
import { common } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { rest as dialect } from './rest.ts';

/** A collection with an address of its own; a record is at `{path}/{id}`. */
export const rest = dialectKind({
  sharesPath: false,
  dialect,
  schema: z.strictObject({
    dialect: z.literal('rest'),
    path: collectionPath.describe('Path of the collection; a record is at {path}/{id}.'),
    fields: pointer.prefault('').describe('JSON pointer to the fields in the body of a save.'),
    record: pointer.prefault('').describe('JSON pointer to the fields in the answer to a read.'),
    idField: fieldName.prefault('id').describe('Field that repeats the id of the record.'),
    methodOverrides: z
      .array(z.enum(['PUT', 'PATCH', 'DELETE']))
      .prefault([])
      .describe(
        'Methods that a POST may stand for by X-HTTP-Method-Override: it is judged as that one and sent with the header. Others are judged as the POST that they are, and the header is left out.',
      ),
    put: z
      .enum(['merge', 'replace'])
      .prefault('merge')
      .describe(
        'What the CRM makes of fields that a PUT leaves out: merge keeps them; replace empties them, so that leaving a guarded field out is a change.',
      ),
    records: pointer.optional().describe('JSON pointer to the list in a request that saves several records.'),
    ids: z
      .enum(['numbered', 'any'])
      .prefault('numbered')
      .describe('numbered: an id has a digit, so /bulk is no record. any: every segment is an id.'),
    lists: z
      .enum(['refuse', 'allow'])
      .prefault('refuse')
      .describe(
        'Whether the collection may be listed, GET {path}, where a rule guards reads of its records.',
      ),
    lookup: z
      .strictObject({
        path: collectionPath.describe('Path that is asked, by GET.'),
        query: fieldName.describe('Name in the query that takes the value.'),
        record: pointer.prefault('').describe('JSON pointer to the record in the answer, such as /0.'),
        enumeration: z
          .enum(['tell', 'hide'])
          .prefault('tell')
          .describe(
            'tell: who is not found is 404. hide: identify answers the same for everybody, and the records of the module are shown with a grant only.',
          ),
      })
      .optional()
      .describe(
        'How identify finds a record by what a person says of himself, with the credentials of the caller.',
      ),
    ...common,
  }),
});
