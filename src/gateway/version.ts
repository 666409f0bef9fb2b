import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of the package, which is read once. */
export function versionOf(): string {
  known ??= read();
  return known;
}

function read(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
