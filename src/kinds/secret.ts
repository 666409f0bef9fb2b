import * as z from 'zod';

/** Where a secret is: in an environment variable, in a file, or, in options that come from code, right here. */
export type SecretSource = string | { readonly env: string } | { readonly file: string };

/** A secret of the configuration, before it is fetched. As JSON it says where it is kept, and nothing where it stands itself. */
export class Secret {
  readonly source: SecretSource;

  constructor(source: SecretSource) {
    this.source = source;
  }

  toJSON(): SecretSource | undefined {
    return typeof this.source === 'string' ? undefined : this.source;
  }
}

/** How a secret may be given: by reference in files, as a text too in code. */
export type SecretSchema = z.ZodType<Secret, SecretSource>;

/** A value with its secrets fetched: each is a text. */
export type Revealed<T> = T extends Secret
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Revealed<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Revealed<Exclude<T[Key], undefined>> }
      : T;

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
export const secretReference: SecretSchema = z
  .union([inEnvironment, inFile], { error: HINT })
  .transform((source) => new Secret(source));

/** For options that come from code, where the secret may stand itself. */
export const secretOrReference: SecretSchema = z
  .union([z.string().min(1), inEnvironment, inFile], {
    error: 'must be a text, { env: NAME } or { file: path }',
  })
  .transform((source) => new Secret(source));
