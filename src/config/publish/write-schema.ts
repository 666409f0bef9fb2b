import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchemaText } from './json-schema.ts';
import { withReference } from './reference.ts';

// Run as a program: writes the published schema and the page of all keys, which tests compare with the definition.
writeFileSync(new URL('../../../config/countersign.schema.json', import.meta.url), configJsonSchemaText());
const page = new URL('../../../docs/configuration.md', import.meta.url);
writeFileSync(page, withReference(readFileSync(page, 'utf8')));
