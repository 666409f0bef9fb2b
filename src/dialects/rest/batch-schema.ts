import * as z from 'zod';
import { collectionPath } from '../../kinds/paths.ts';
import { pointer } from '../../kinds/values.ts';

/** A member of a call, or of an answer to one. */
const member = z
  .string()
  .regex(/^\/[^~/]+$/, { error: 'must be a JSON pointer of one step into each call, such as /path' });

const answers = z
  .strictObject({
    list: pointer.describe('JSON pointer to the list of answers.'),
    status: member.optional().describe('JSON pointer into each of them: its HTTP status.'),
    failed: member
      .optional()
      .describe('JSON pointer into each of them: what is there only where its call failed.'),
  })
  .refine(({ status, failed }) => (status === undefined) !== (failed === undefined), {
    error: 'must say one of status and failed',
  });

/** Where a request that lists requests of the same API has them. */
export const batch = z.strictObject({
  calls: z
    .string()
    .regex(/^(?:\/[^~/]+)?$/, {
      error: 'must be a JSON pointer of one step such as /requests, or "" for the whole body',
    })
    .describe('JSON pointer to the list of requests, such as /requests.'),
  method: member.prefault('/method').describe('JSON pointer into each of them: its method.'),
  path: member.prefault('/path').describe('JSON pointer into each of them: its path.'),
  body: member.prefault('/body').describe('JSON pointer into each of them: its body.'),
  headers: member
    .optional()
    .describe('JSON pointer into each of them: an object of its headers. Left out: it has none.'),
  base: collectionPath
    .optional()
    .describe(
      'What the paths of the requests count from. Left out: they are whole, and lie in the folder in which the batch is.',
    ),
  envelopeFields: z
    .array(z.string())
    .prefault([])
    .describe('Members that may stand beside the list, and beside method, path and body in a request.'),
  answers: answers
    .optional()
    .describe('Which of the requests failed, where a batch is answered 200 whatever became of them.'),
});
