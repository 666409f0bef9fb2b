import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { fieldName, headerName, pointer } from '../../kinds/values.ts';
import { common, creates, readBackUnderNames } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { operation } from './operations-schema.ts';
import { rest as dialect } from './rest.ts';

/** A collection with an address of its own; a record is at `{path}/{id}`. */
export const rest = dialectKind({
  sharesPath: false,
  isCollection: true,
  dialect,
  starter: {
    keys: [],
    save: ({ path }, body) => ({ method: 'PATCH', path: `${path}/1`, body }),
  },
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
        'Methods that a POST may stand for by X-HTTP-Method-Override: it is judged as that one and sent with the header. Others are judged as the POST that they are, and the header is left out; a DELETE is refused.',
      ),
    put: z
      .enum(['merge', 'replace'])
      .prefault('merge')
      .describe(
        'What the CRM makes of fields that a PUT leaves out, or a POST on the collection that names its record: merge keeps them; replace empties them, so that leaving a guarded field out is a change.',
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
            'tell: a value that finds nobody is answered 404. hide: identify gives the same answer for every value (against user enumeration), and the records of the module are shown with a grant only.',
          ),
      })
      .optional()
      .describe(
        'How identify finds a record by a value that a person supplies, with the credentials of the caller.',
      ),
    operations: z
      .array(operation)
      .prefault([])
      .describe(
        'What requests mean beside {path} and {path}/{id}: which records they save or show, or that they do neither. A request that may save and is described nowhere is refused.',
      ),
    shapes: z
      .enum(['usual', 'none'])
      .prefault('usual')
      .describe(
        'usual: {path} is the collection, and {path}/{id} a record. none: only what operations says.',
      ),
    read: readBackUnderNames,
    columns: z
      .record(
        fieldName,
        z.strictObject({
          name: fieldName.describe('Member of an item that names the column, such as id.'),
          value: fieldName.describe('Member of an item that holds its value.'),
          beside: z
            .array(fieldName)
            .prefault([])
            .describe('Members that may stand in an item beside these, such as its label.'),
        }),
      )
      .prefault({})
      .describe(
        'Members that are lists of columns: with custom_fields: { name: id, value: value }, the item {"id": 4, "value": "x"} is the field custom_fields_4. What a list leaves out stays as it is.',
      ),
    creates,
    credentialFields: z
      .record(headerName, pointer)
      .prefault({})
      .describe(
        'Who asks, for clients that say so in the body: JSON pointers by the name of the header that says it in a read, such as X-Parse-Session-Token: /_SessionToken.',
      ),
    mediaTypes: z
      .array(
        z.string().regex(/^(?!multipart\/|application\/x-www-form-urlencoded$)[a-z]+\/[a-z0-9.+-]+$/, {
          error: 'must be a media type in small letters that is no form, such as text/plain',
        }),
      )
      .prefault([])
      .describe('Media types that are read as JSON beside those that say so, such as text/plain.'),
    ...common,
  }),
});
