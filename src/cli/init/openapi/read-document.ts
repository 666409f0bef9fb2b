import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { Stop } from '../../command.ts';
import type { PlainObject } from './members.ts';

const MOST_BYTES = 8 * 1024 * 1024;
const FETCH_MS = 20_000;
const VALIDATE_MS = 15_000;

/** An OpenAPI document that was read, and what is wrong with it that does not keep it from being read. */
export type OpenApi = { readonly document: PlainObject; readonly warnings: readonly string[] };

/**
 * Reads an OpenAPI document, a file or a URL, JSON or YAML. Nothing that it refers to is fetched: what stands in other documents is not
 * known. Stops with a sentence where it is no such document, or too large.
 */
export async function readDocument(place: string): Promise<OpenApi> {
  const text = /^https?:\/\//i.test(place) ? await fetched(place) : readFile(place);
  const document = parsed(text, place);
  const version = document['openapi'] ?? document['swagger'];
  if (typeof version !== 'string' || !/^(?:2\.0|3\.[012])/.test(version))
    throw new Stop(2, `${place} is not an OpenAPI document: "openapi: 3.…" or "swagger: '2.0'" is missing`);
  if (typeof document['paths'] !== 'object' || document['paths'] === null)
    throw new Stop(2, `${place} has no paths`);
  return { document, warnings: await warningsOf(document, text) };
}

function readFile(file: string): string {
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw tooLarge(file);
  return readFileSync(file, 'utf8');
}

async function fetched(url: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS), headers: { accept: '*/*' } });
  } catch (error) {
    const { cause } = error as Error;
    throw new Stop(2, `${url} cannot be fetched: ${cause instanceof Error ? cause.message : String(error)}`);
  }
  if (!response.ok) throw new Stop(2, `${url} cannot be fetched: ${response.status}`);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw tooLarge(url);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function tooLarge(place: string): Stop {
  return new Stop(2, `${place} is larger than ${MOST_BYTES / 1024 / 1024} MiB: give a part of it`);
}

function parsed(text: string, place: string): PlainObject {
  let value: unknown;
  try {
    // JSON by its own reader, which is many times faster. Aliases of YAML could be unfolded to more than fits into memory.
    value = /^\s*\{/.test(text) ? JSON.parse(text) : parse(text, { maxAliasCount: 50, logLevel: 'error' });
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Stop(2, `${place} cannot be read: ${first}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as PlainObject;
  throw new Stop(2, `${place} is not an OpenAPI document: it holds no members`);
}

/** What a validator has to say. Documents of real APIs are seldom without fault, and what is needed is still read. */
async function warningsOf(document: PlainObject, text: string): Promise<readonly string[]> {
  const others = [...text.matchAll(/["']?\$ref["']?\s*:\s*["']?([^"'#\s][^"'\s]*)/g)].map(
    ([, ref = '']) => ref,
  );
  if (others.length > 0)
    return [
      `it refers to other documents (${others[0]}), which were not fetched: what stands there is not known`,
    ];
  const { validate } = await import('@readme/openapi-parser');
  try {
    // Whether it is one is what the validator finds out.
    const copy = structuredClone(document) as Parameters<typeof validate>[0];
    const result = await validate(copy, {
      resolve: { external: false, file: false },
      dereference: { circular: 'ignore' },
      timeoutMs: VALIDATE_MS,
    });
    if (result.valid) return [];
    const [first] = result.errors;
    const [line = ''] = (first?.message ?? '').split('\n').filter((words) => words.trim() !== '');
    return [`it is not valid OpenAPI, so something may be missing here: ${line.trim()}`];
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return [`it could not be validated, so something may be missing here: ${line}`];
  }
}
