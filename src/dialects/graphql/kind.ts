import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { fieldName } from '../../kinds/values.ts';
import { common, creates, heads, meaning } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { members } from '../members.ts';
import { graphql as dialect } from './graphql.ts';
import { queryFault } from './record.ts';
import { starter } from './starter.ts';

const place = z.string().regex(/^(?:[A-Za-z_]\w*|(?:\/(?:[^/~]|~[01])+)+|)$/, {
  error: 'must be the name of an argument, a JSON pointer into the arguments, or "" for all of them',
});

const mutation = z
  .strictObject({
    operation: z.enum(['create', 'update', 'delete']).prefault('update').describe('What it does.'),
    id: place
      .optional()
      .describe(
        'The argument, or the JSON pointer into the arguments, that names the record, or a list of them.',
      ),
    fields: place
      .optional()
      .describe(
        'The argument, or the JSON pointer, that holds the fields. Default: none where "set" stands alone, else all arguments.',
      ),
    ...meaning,
  })
  .refine(
    ({ harmless, id, fields, set }) => !harmless || [id, fields, set].every((one) => one === undefined),
    {
      error: 'is harmless, so it names no record and sets nothing',
    },
  )
  .refine(
    ({ harmless, operation, id, fields }) =>
      harmless || operation !== 'update' || id !== undefined || fields !== undefined,
    {
      error: 'needs "id": the argument that names the record',
    },
  )
  .refine(({ operation, id }) => operation !== 'delete' || id !== undefined, {
    error: 'needs "id": the argument that names the record',
  });

/** A GraphQL API: a module is what its mutations save. */
export const graphql = dialectKind({
  sharesPath: true,
  starter,
  dialect,
  schema: z.strictObject({
    dialect: z.literal('graphql'),
    path: collectionPath.describe('Path of the API. Several modules share it.'),
    type: z
      .string()
      .regex(/^[A-Za-z]\w*$/, { error: 'must be a name of letters, digits and "_" only' })
      .optional()
      .describe("The type of the schema. Default: the module's name here."),
    idField: fieldName.prefault('id').describe('Field that holds the id of a record.'),
    mutations: z
      .record(z.string().regex(/^[A-Za-z_]\w*$/, { error: 'must be the name of a mutation' }), mutation)
      .describe('What the fields of the Mutation type save. Others are unmapped.'),
    record: z
      .string()
      .superRefine((text, context) => {
        const fault = queryFault(text);
        if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
      })
      .describe(
        'The query by which a record is read, with the one variable $id. Its one root field answers with the record.',
      ),
    creates,
    tolerateDoubleSlash: common.tolerateDoubleSlash,
    ...heads,
    ...members,
  }),
});
