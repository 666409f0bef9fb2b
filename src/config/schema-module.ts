import * as z from 'zod';
import { collectionPath } from './paths.ts';
import { fieldName, pointer } from './values.ts';

/** What modules of every dialect may say. */
const common = {
  assume: z
    .literal('json')
    .optional()
    .describe('Read a form that is JSON (curl -d) as JSON, and send it on as JSON.'),
  verbatim: z
    .boolean()
    .prefault(false)
    .describe(
      "Send the client's own bytes, for a CRM that checks a signature over them; codes in headers only.",
    ),
  tolerateDoubleSlash: z
    .boolean()
    .prefault(false)
    .describe('Read // in the path as /, and send it on so. Else such a path is refused.'),
  ifMatch: z
    .boolean()
    .prefault(false)
    .describe('Send If-Match with the version of the record that was judged.'),
};

const rest = z.strictObject({
  dialect: z.literal('rest'),
  path: collectionPath.describe('Path of the collection; a record is at {path}/{id}.'),
  fields: pointer.prefault('').describe('JSON pointer to the fields in the body of a save.'),
  record: pointer.prefault('').describe('JSON pointer to the fields in the answer to a read.'),
  idField: fieldName.prefault('id').describe('Field that repeats the id of the record.'),
  records: pointer.optional().describe('JSON pointer to the list in a request that saves several records.'),
  ids: z
    .enum(['numbered', 'any'])
    .prefault('numbered')
    .describe('numbered: an id has a digit, so /bulk is no record. any: every segment is an id.'),
  ...common,
});

/** One module of the CRM. Each dialect adds its own keys. */
export const moduleSchema = z
  .discriminatedUnion('dialect', [rest])
  .describe('One module of the CRM: which requests are about its records.');
