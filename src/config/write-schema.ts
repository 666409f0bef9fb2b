import { writeFileSync } from 'node:fs';
import { configJsonSchemaText } from './json-schema.ts';

// Run as a program: writes the published schema, which a test compares with the definition.
writeFileSync(new URL('../../config/countersign.schema.json', import.meta.url), configJsonSchemaText());
