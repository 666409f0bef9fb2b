import { readFileSync } from 'node:fs';
import { type Reading, readConfigText } from './read-text.ts';

/** Reads a configuration file. One that is not there, or is no UTF-8, is a problem like any other. */
export function readConfigFile(file: string): Reading {
  const fail = (message: string): Reading => ({
    ok: false,
    problems: [{ severity: 'error', file, path: '', message }],
  });
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return fail(`cannot be read: ${reasonOf(error)}`);
  }
  const text = textOf(bytes);
  return text === undefined ? fail('is not UTF-8') : readConfigText(text, file);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission',
  EISDIR: 'it is a folder',
};

/** Why a file could not be read, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || 'it cannot be read');
}
