import { readFileSync } from 'node:fs';
import { errorCodeOf } from '../../core/fault.ts';
import { readConfigText, type TextReading } from './read-text.ts';

/** How standard input is called where it is read for a file. */
const STANDARD_INPUT = '<stdin>';

let standardInput: Uint8Array | undefined;

/** What the file holds; `-` is standard input, which is read once and remembered. */
function bytesOf(file: string): Uint8Array {
  if (file !== '-' && file !== STANDARD_INPUT) return readFileSync(file);
  standardInput ??= readFileSync(0);
  return standardInput;
}

/** How messages call the file. */
export function nameOfFile(file: string): string {
  return file === '-' ? STANDARD_INPUT : file;
}

/** The text of a file that was read before, for an excerpt; undefined where it is gone. */
export function textOfFile(file: string): string | undefined {
  try {
    return new TextDecoder().decode(bytesOf(file));
  } catch {
    return undefined;
  }
}

/** Reads a configuration file. One that is not there, or is no UTF-8, is a problem like any other. */
export function readConfigFile(path: string): TextReading {
  const file = nameOfFile(path);
  const fail = (message: string): TextReading => ({
    ok: false,
    problems: [{ severity: 'error', file, path: '', message }],
  });
  let bytes: Uint8Array;
  try {
    bytes = bytesOf(path);
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
  const code = errorCodeOf(error);
  return REASONS[code] ?? (code || 'it cannot be read');
}
