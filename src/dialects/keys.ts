import * as z from 'zod';
import { entryName, fieldName, headerName, pointer } from '../kinds/values.ts';
import { members } from './members.ts';
import { refusalSchema } from './refusal-key.ts';

const parameterName = z
  .string()
  .regex(/^[^\s&;=?#%]+$/, { error: 'must be the name of a parameter, such as notify' });

/** What modules of all dialects say of their CRM and of a caller's headers. */
export const heads = {
  upstream: entryName
    .optional()
    .describe('Name of the upstream where its requests go. Default: the one where everything goes.'),
  refusal: refusalSchema
    .optional()
    .describe('The form of refusals of its requests. Default: that of the whole, or of the dialect.'),
  credentialHeaders: z
    .array(headerName)
    .prefault([])
    .describe(
      'Headers with credentials of the caller, beside Authorization and Cookie, such as X-Api-Key: the gateway sends them with its own reads of records.',
    ),
  credentialQuery: z
    .array(parameterName)
    .prefault([])
    .describe(
      'Parameters of the address that say who asks, such as key or access_token: the gateway sends those of a save with its own reads of records. A header is better, since addresses end up in logs.',
    ),
  readHeaders: z
    .array(headerName)
    .prefault([])
    .describe(
      'Other headers of the caller that go with these reads, such as one that names a tenant. No other header does, unless unknownHeaders says judge.',
    ),
  unknownHeaders: z
    .enum(['forward', 'judge'])
    .prefault('forward')
    .describe(
      'What becomes of headers of a save that are neither declared nor known to be about the request alone. forward: they go on with it. judge: the record is read a second time, with them, and what that read does not show in the same way is in doubt.',
    ),
  neutralHeaders: z
    .array(headerName)
    .prefault([])
    .describe(
      'Headers by which the CRM chooses neither a record nor a version of one, such as X-Client-Version: with unknownHeaders: judge, no read brings them.',
    ),
  neutralQuery: z
    .array(parameterName)
    .prefault([])
    .describe(
      'Parameters of the address by which the CRM chooses neither a record nor a version of one, such as notify: the record is not read a second time for them. fields, select and projection are known to be such.',
    ),
};

/** Keys of modules that have bodies of their own form. */
export const common = {
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

const HOW_READ = 'How the gateway asks for the stored records by which it judges saves.';

const query = z
  .string()
  .regex(/^[\w.~!$&'()*+,;=:@/?%[\]-]+$/, {
    error: 'must be a query as it is sent, such as populate=*, without its "?"',
  })
  .optional()
  .describe(
    'Query that is added, such as populate=* or $expand=orders where the CRM shows relations only so.',
  );

/** How records are read by which saves are judged. */
export const readBack = z.strictObject({ query }).prefault({}).describe(HOW_READ);

/** The same where an answer may call a field otherwise than a save does. */
export const readBackUnderNames = z
  .strictObject({
    query,
    fields: z
      .record(fieldName, pointer)
      .prefault({})
      .describe(
        'Where an answer shows a field that saves have under another name: JSON pointers into the record, such as status_id: /status/id.',
      ),
  })
  .prefault({})
  .describe(HOW_READ);

/** Whether clients choose the ids of new records. */
export const creates = z
  .enum(['new', 'upsert'])
  .prefault('new')
  .describe(
    'new: a create brings no id. upsert: it may bring one, and is judged as an update where the record exists.',
  );

/** Keys of modules that share a path, on which requests name them by their type. */
export const typed = {
  type: z
    .string()
    .regex(/^[A-Za-z]\w*$/, { error: 'must be a name of letters, digits and "_" only' })
    .optional()
    .describe("The CRM's own name for the module. Default: the module's name here."),
  tolerateDoubleSlash: common.tolerateDoubleSlash,
  ...heads,
  ...members,
};

/** What a call by name means. */
export const meaning = {
  set: z
    .record(fieldName, z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .describe('The fields that it sets: it is judged as the save of them.'),
  harmless: z.literal(true).optional().describe('It saves nothing that a rule is about, and passes.'),
};

/** Methods of a module's records that the dialect does not know. */
export const actions = z
  .record(
    z.string().regex(/^[A-Za-z_][\w.]*$/, { error: 'must be the name of a method' }),
    z.strictObject(meaning).refine(({ set, harmless }) => (set === undefined) !== (harmless === undefined), {
      error: 'has "set" or "harmless: true"',
    }),
  )
  .prefault({})
  .describe('What methods mean that countersign does not know, by their names. Others are refused.');
