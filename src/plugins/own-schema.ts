import * as z from 'zod';
import { common } from '../dialects/keys.ts';
import { collectionPath } from '../kinds/paths.ts';
import type { SecretSchema } from '../kinds/secret.ts';

/** The schema of an entry that a plug-in describes, with what countersign adds: an unknown key is a fault, as it is everywhere. */
function completed(own: z.ZodObject, added: z.ZodRawShape): z.ZodObject {
  const isOpen = own.def.catchall !== undefined;
  // `safeExtend` keeps the refinements of the schema.
  return (isOpen ? own : own.strict()).safeExtend(added);
}

/** That of a channel or a store. */
export function settingsSchema(
  own: z.ZodObject,
  kind: string,
  secrets: readonly string[],
  secret: SecretSchema,
): z.ZodObject {
  const hidden = Object.fromEntries(
    secrets.map((name) => [name, secret.describe('A secret, by reference.')]),
  );
  return completed(own, { kind: z.literal(kind), ...hidden });
}

/** That of a module: the keys of every dialect, and a path that nothing can read differently. */
export function moduleSchemaOf(own: z.ZodObject, dialect: string, sharesPath: boolean): z.ZodObject {
  const type = z.string().min(1).optional().describe("The CRM's own name for the module.");
  const path = collectionPath.describe('Where the requests of the module go.');
  const whole = completed(own, {
    ...common,
    ...(sharesPath && !own.shape['type'] && { type }),
    ...(!own.shape['path'] && { path }),
    dialect: z.literal(dialect),
  });
  return whole.superRefine(({ path: written }, context) => {
    const read = collectionPath.safeParse(written);
    for (const { message } of read.error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['path'], message });
  });
}

/** Keys that countersign adds, and a schema may not have. */
export const MODULE_KEYS: readonly string[] = ['dialect', ...Object.keys(common)];

/** Whether it is an object of zod 4.1 or later, which can be extended. */
export function isObjectSchema(schema: unknown): schema is z.ZodObject {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    typeof Reflect.get(schema, 'safeExtend') === 'function' &&
    typeof Reflect.get(schema, 'shape') === 'object'
  );
}
