import * as z from 'zod';
import { REST, WEBSERVICE } from '../../dialects/vtiger/vtiger-operations.ts';
import { fieldName, headerName, pointer } from '../../kinds/values.ts';
import { collectionPath } from './paths.ts';
import { members } from './schema-members.ts';

/** What of a caller's headers goes with reads of our own. */
const heads = {
  credentialHeaders: z
    .array(headerName)
    .prefault([])
    .describe(
      'Headers that say who asks, beside Authorization and Cookie, such as X-Api-Key: they go with the reads by which records are judged.',
    ),
  readHeaders: z
    .array(headerName)
    .prefault([])
    .describe(
      'Other headers of the caller that go with these reads, such as one that names a tenant. No other header does.',
    ),
};

/** What modules may say that have bodies of their own form. */
const common = {
  ...heads,
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
    .describe(
      'Send If-Match with the version of the record that was judged. Weak ETags (W/"…") never match: then nothing is sent, and the log says so.',
    ),
  ...members,
};

const rest = z.strictObject({
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
    .describe('Whether the collection may be listed, GET {path}, where a rule guards reads of its records.'),
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
});

const vtiger = (path: string, { saves, unjudged }: typeof WEBSERVICE) => ({
  path: collectionPath.describe(`Path of the API, ${path}. Several modules share it.`),
  idPrefix: z
    .string({ error: 'must be a text such as "17"' })
    .regex(/^[1-9]\d*$/, { error: 'must be the number before the "x" of the ids, such as "17"' })
    .describe(
      "What stands before the x in the ids of the module's records, 17x123. retrieve and query show it.",
    ),
  type: z
    .string()
    .min(1)
    .optional()
    .describe("Vtiger's name for the module. Default: the module's name here."),
  readOnlyOperations: z
    .array(
      z
        .string()
        .regex(/^[a-z_.]+$/, { error: 'must be the name of an operation in lower case' })
        .refine((operation) => !saves.has(operation) && !unjudged.has(operation), {
          error: 'is an operation that saves',
        }),
    )
    .prefault([])
    .describe('Operations that countersign does not know and that save nothing. Others are refused.'),
  tolerateDoubleSlash: common.tolerateDoubleSlash,
  ...heads,
  ...members,
});

const vtigerWebservice = z.strictObject({
  dialect: z.literal('vtiger-webservice'),
  ...vtiger('/webservice.php', WEBSERVICE),
});

const vtigerRest = z.strictObject({
  dialect: z.literal('vtiger-rest'),
  ...vtiger('/restapi/v1/vtiger/default', REST),
});

const typed = {
  type: z
    .string()
    .regex(/^[A-Za-z]\w*$/, { error: 'must be a name of letters, digits and "_" only' })
    .optional()
    .describe("The CRM's own name for the module. Default: the module's name here."),
  tolerateDoubleSlash: common.tolerateDoubleSlash,
  ...heads,
  ...members,
};

const suitecrm = z.strictObject({
  dialect: z.literal('suitecrm'),
  path: collectionPath.describe('Path of the V8 API, /Api/V8 or /legacy/Api/V8.'),
  ...typed,
});

const espocrm = z.strictObject({
  dialect: z.literal('espocrm'),
  path: collectionPath.describe('Path of the API, /api/v1.'),
  ...typed,
});

const salesforce = z.strictObject({
  dialect: z.literal('salesforce'),
  path: collectionPath.describe('Path of the API, /services/data, without its version.'),
  version: z
    .string()
    .regex(/^v\d{2,3}\.\d$/, { error: 'must be a version such as v60.0' })
    .optional()
    .describe('Version of the API in which records are read.'),
  ...typed,
});

/** One module of the CRM. Each dialect adds its own keys. */
export const moduleSchema = z
  .discriminatedUnion('dialect', [rest, suitecrm, espocrm, salesforce, vtigerWebservice, vtigerRest])
  .describe('One module of the CRM: which requests are about its records.');
