import { resolve } from 'node:path';
import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';
import { createOutbox } from './outbox.ts';

/** A folder, or the memory, in the place of a provider. */
export const outbox = channelKind({
  kind: 'outbox',
  schema: () =>
    z.strictObject({
      kind: z.literal('outbox'),
      folder: z
        .string()
        .min(1)
        .optional()
        .describe('Folder into which each message is written as a file; without it they stay in memory.'),
      address: z
        .enum(['email', 'phone', 'opaque'])
        .prefault('email')
        .describe('What kind of address it takes.'),
    }),
  open: ({ address: addressKind, folder }, context) =>
    createOutbox({ addressKind, ...(folder !== undefined && { folder: resolve(context.folder, folder) }) }),
});
