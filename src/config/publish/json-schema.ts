import * as z from 'zod';
import { BUILT_IN, type Kinds } from '../schema/known-kinds.ts';
import { schemaWith } from '../schema/schema.ts';

/** The JSON Schema (draft 2020-12) of configuration files, made from the definition that checks them: editors can complete and explain. */
export function configJsonSchema(kinds: Kinds = BUILT_IN): object {
  const schema = z.toJSONSchema(schemaWith(kinds, { allowPlainSecrets: false }), {
    io: 'input',
    target: 'draft-2020-12',
    // What a plug-in checks may be more than JSON Schema can say.
    unrepresentable: kinds === BUILT_IN ? 'throw' : 'any',
  });
  return { ...schema, title: 'countersign configuration' };
}

/** The schema as the text of its file. */
export function configJsonSchemaText(kinds: Kinds = BUILT_IN): string {
  return `${JSON.stringify(configJsonSchema(kinds), null, 2)}\n`;
}
