import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Secret, SecretSource } from '../../kinds/secret.ts';
import type { ConfigPath, Diagnostic } from '../explain/problem.ts';
import { reasonOf } from '../file/read-file.ts';

/** Where references lead: the environment, and the folder from which relative paths count. */
export type Surroundings = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
};

/** What a reference leads to, or why it leads nowhere. */
export type Resolved =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly finding: Diagnostic };

const MIN_SECRET_BYTES = 32;

/** The secret that protects codes; one of fewer than 32 bytes could be found by trying. */
export function resolveSecret(secret: Secret, path: ConfigPath, surroundings: Surroundings): Resolved {
  const resolved = resolveText(secret, path, surroundings);
  if (!resolved.ok) return resolved;
  const length = Buffer.byteLength(resolved.value);
  if (length >= MIN_SECRET_BYTES) return resolved;
  return failed(
    path,
    `${nameOf(secret.source)} has ${length} bytes; at least ${MIN_SECRET_BYTES} are needed`,
  );
}

/** What a reference leads to, without the line break at its end. Never empty. */
export function resolveText({ source }: Secret, path: ConfigPath, { env, folder }: Surroundings): Resolved {
  let value: string | undefined;
  try {
    if (typeof source === 'string') value = source;
    else value = 'env' in source ? env[source.env] : readFileSync(resolve(folder, source.file), 'utf8');
  } catch (error) {
    return failed(path, `${nameOf(source)} cannot be read: ${reasonOf(error)}`);
  }
  if (value === undefined) return failed(path, `${nameOf(source)} is not set`);
  const text = value.replace(/\r?\n$/, '');
  return text.trim() === '' ? failed(path, `${nameOf(source)} is empty`) : { ok: true, value: text };
}

function failed(path: ConfigPath, message: string): Resolved {
  return { ok: false, finding: { path, message } };
}

function nameOf(source: SecretSource): string {
  if (typeof source === 'string') return 'the secret';
  return 'env' in source ? `the environment variable ${source.env}` : `the file ${source.file}`;
}
