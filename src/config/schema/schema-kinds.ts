import * as z from 'zod';
import type { CHANNEL_KINDS } from '../../channels/all.ts';
import type { DIALECT_KINDS } from '../../dialects/all.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import type { STORE_KINDS } from '../../stores/all.ts';
import type { Kinds } from './known-kinds.ts';

// The types are those of the project's own kinds: what a plug-in adds is known when it runs, and no sooner.

type Schemas<Kinds extends readonly { schema(secret: SecretSchema): z.ZodType }[]> = {
  readonly [Index in keyof Kinds]: ReturnType<Kinds[Index]['schema']>;
};

/** A channel: by what, and as whom, codes are sent. */
export function channelSchema(secret: SecretSchema, { channels }: Kinds) {
  const kinds = channels.map(({ schema }) => schema(secret)) as unknown as Schemas<typeof CHANNEL_KINDS>;
  return z.discriminatedUnion('kind', kinds).describe('A way in which codes are sent.');
}

/** Where ledger rows are kept. */
export function storeSchema(secret: SecretSchema, { stores }: Kinds) {
  const kinds = stores.map(({ schema }) => schema(secret)) as unknown as Schemas<typeof STORE_KINDS>;
  return z.discriminatedUnion('kind', kinds);
}

type ModuleSchemas<Kinds extends readonly { readonly schema: z.ZodType }[]> = {
  readonly [Index in keyof Kinds]: Kinds[Index]['schema'];
};

/** One module of the CRM. Each dialect adds its own keys. */
export function moduleSchema({ dialects }: Kinds) {
  const kinds = dialects.map(({ schema }) => schema) as unknown as ModuleSchemas<typeof DIALECT_KINDS>;
  return z
    .discriminatedUnion('dialect', kinds)
    .describe('One module of the CRM: which requests are about its records.');
}
