import * as z from 'zod';
import { storeKind } from '../../kinds/kind.ts';
import { createMemoryStore } from './memory.ts';

/** The memory of one process. */
export const memory = storeKind({
  kind: 'memory',
  isShared: false,
  schema: () => z.strictObject({ kind: z.literal('memory') }),
  advise: () => [
    {
      path: ['kind'],
      message: 'a restart forgets codes and gives attempts back, and no second gateway may run',
    },
  ],
  open: (_, { clock }) => createMemoryStore(clock),
});
