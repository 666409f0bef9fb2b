import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { common, heads } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { members } from '../members.ts';
import { REST, WEBSERVICE } from './vtiger-operations.ts';
import { vtigerRest as rest } from './vtiger-rest.ts';
import { restStarter, starter } from './vtiger-starter.ts';
import { vtigerWebservice as webservice } from './vtiger-webservice.ts';

const vtiger = (path: string, { saves, unjudged }: typeof WEBSERVICE) => ({
  path: collectionPath.describe(`Path of the API, ${path}. Several modules share it.`),
  idPrefix: z
    .string({ error: 'must be a text such as "17"' })
    .regex(/^[1-9]\d*$/, { error: 'must be the number before the "x" of the ids, such as "17"' })
    .describe(
      "The part before the x in the ids of the module's records, 17x123. retrieve and query show it.",
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
    .describe('Operations that countersign does not know and that save nothing. All others are refused.'),
  tolerateDoubleSlash: common.tolerateDoubleSlash,
  ...heads,
  ...members,
});

/** Vtiger's webservice.php. */
export const vtigerWebservice = dialectKind({
  sharesPath: true,
  starter,
  dialect: webservice,
  schema: z.strictObject({
    dialect: z.literal('vtiger-webservice'),
    ...vtiger('/webservice.php', WEBSERVICE),
  }),
});

/** The REST API of Vtiger's cloud. */
export const vtigerRest = dialectKind({
  sharesPath: true,
  starter: restStarter,
  dialect: rest,
  schema: z.strictObject({
    dialect: z.literal('vtiger-rest'),
    ...vtiger('/restapi/v1/vtiger/default', REST),
  }),
});
