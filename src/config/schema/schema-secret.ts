import * as z from 'zod';

/** Where a secret is: in an environment variable, in a file, or, in options that come from code, right here. */
export type SecretSource = string | { readonly env: string } | { readonly file: string };

const HINT = 'must be { env: NAME } or { file: path }: a secret is never written into the configuration';

const inEnvironment = z.strictObject({
  env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: 'must be the name of an environment variable' })
    .describe('Name of the environment variable that holds the secret.'),
});
const inFile = z.strictObject({
  file: z.string().min(1).describe('File that holds the secret; a line break at its end is ignored.'),
});

/** For configuration files: secrets by reference only. */
export const secretReference: z.ZodType<SecretSource, SecretSource> = z.union([inEnvironment, inFile], {
  error: HINT,
});

/** For options that come from code, where the secret may stand itself. */
export const secretOrReference: z.ZodType<SecretSource, SecretSource> = z.union(
  [z.string().min(1), inEnvironment, inFile],
  {
    error: 'must be a text, { env: NAME } or { file: path }',
  },
);
