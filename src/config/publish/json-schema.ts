import * as z from 'zod';
import { fileSchema } from '../schema/schema.ts';

/** The JSON Schema (draft 2020-12) of configuration files, made from the definition that checks them: editors can complete and explain. */
export function configJsonSchema(): object {
  const schema = z.toJSONSchema(fileSchema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'throw',
  });
  return { ...schema, title: 'countersign configuration' };
}

/** The schema as the text of its file. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}
