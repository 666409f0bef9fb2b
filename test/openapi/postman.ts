import { readFileSync, writeFileSync } from 'node:fs';
import converter from 'openapi-to-postmanv2';

const DOCS = new URL('../../docs/', import.meta.url);

/** Where the collection is kept. */
export const COLLECTION = new URL('countersign.postman_collection.json', DOCS);

/**
 * The Postman collection of the OpenAPI document, in UTF-8 JSON. Left out are ids, which the converter draws anew each time and Postman draws by itself,
 * and made-up examples of answers.
 */
export async function collectionText(): Promise<string> {
  const data = readFileSync(new URL('openapi.yaml', DOCS), 'utf8');
  const settings = { folderStrategy: 'Tags', requestParametersResolution: 'Example' };
  const collection = await new Promise<unknown>((resolve, reject) =>
    converter.convert({ type: 'string', data }, settings as object, (error, converted) =>
      converted?.result ? resolve(converted.output?.[0]?.data) : reject(error ?? converted),
    ),
  );
  return `${JSON.stringify(collection, kept, 2)}\n`;
}

function kept(key: string, value: unknown): unknown {
  if (key === 'id' || key === '_postman_id') return undefined;
  return key === 'response' ? [] : value;
}

if (import.meta.main) writeFileSync(COLLECTION, await collectionText());
