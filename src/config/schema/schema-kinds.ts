import * as z from 'zod';
import { CHANNEL_KINDS } from '../../channels/all.ts';
import { DIALECT_KINDS } from '../../dialects/all.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { STORE_KINDS } from '../../stores/all.ts';

type Schemas<Kinds extends readonly { schema(secret: SecretSchema): z.ZodType }[]> = {
  readonly [Index in keyof Kinds]: ReturnType<Kinds[Index]['schema']>;
};

/** A channel: by what, and as whom, codes are sent. */
export function channelSchema(secret: SecretSchema) {
  const kinds = CHANNEL_KINDS.map(({ schema }) => schema(secret)) as unknown as Schemas<typeof CHANNEL_KINDS>;
  return z.discriminatedUnion('kind', kinds).describe('A way in which codes are sent.');
}

/** Several processes can share a store of this kind. */
export function isSharedStore(kind: string): boolean {
  return STORE_KINDS.some((one) => one.kind === kind && one.isShared);
}

/** Where ledger rows are kept. */
export function storeSchema(secret: SecretSchema) {
  const kinds = STORE_KINDS.map(({ schema }) => schema(secret)) as unknown as Schemas<typeof STORE_KINDS>;
  return z.discriminatedUnion('kind', kinds);
}

type ModuleSchemas<Kinds extends readonly { readonly schema: z.ZodType }[]> = {
  readonly [Index in keyof Kinds]: Kinds[Index]['schema'];
};

/** One module of the CRM. Each dialect adds its own keys. */
export const moduleSchema = z
  .discriminatedUnion(
    'dialect',
    DIALECT_KINDS.map(({ schema }) => schema) as unknown as ModuleSchemas<typeof DIALECT_KINDS>,
  )
  .describe('One module of the CRM: which requests are about its records.');
