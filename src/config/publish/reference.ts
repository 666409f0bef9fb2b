import { configJsonSchema } from './json-schema.ts';

/** The part of JSON Schema that the configuration's own schema uses. */
type Schema = {
  readonly description?: string;
  readonly type?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
};

const HEAD = '| key | default | values | |\n|---|---|---|---|';

/** Every key of a configuration file with its default and its values, as Markdown. */
function configReference(): string {
  const { properties = {}, required = [] } = configJsonSchema() as Schema;
  const sections = Object.entries(properties).map(([key, schema]) => {
    const rows = [rowOf(key, schema, required.includes(key) ? 'required' : ''), ...rowsBelow(key, schema)];
    return `### ${key}\n\n${HEAD}\n${rows.join('\n')}`;
  });
  return `${sections.join('\n\n')}\n`;
}

const MARK = '<!-- all keys: written by `npm run schema` -->\n';

/** The page with all that follows the mark made anew. */
export function withReference(page: string): string {
  const [written = ''] = page.split(MARK);
  return `${written}${MARK}\n${configReference()}`;
}

/** `isOneOf`: the schema is one of several from which the file chooses by its keys alone, so no key is required by itself. */
function rowsBelow(path: string, schema: Schema, isOneOf = false): readonly string[] {
  const { properties, required = [], additionalProperties, items, oneOf, anyOf } = schema;
  if (isSecret(schema)) return [];
  if (properties) {
    const kind = Object.entries(properties).find(([, { const: value }]) => typeof value === 'string');
    const here = kind ? `${path}(${kind[1].const})` : path;
    const need = (key: string) => {
      if (!required.includes(key)) return '';
      if (!isOneOf || kind) return 'required';
      return key === required[0] ? 'one of' : `with \`${required[0]}\``;
    };
    return Object.entries(properties).flatMap(([key, child]) => [
      rowOf(`${here}.${key}`, child, need(key)),
      ...rowsBelow(`${here}.${key}`, child),
    ]);
  }
  if (typeof additionalProperties === 'object') return rowsBelow(`${path}.<name>`, additionalProperties);
  if (items) return rowsBelow(`${path}[]`, items);
  const variants = oneOf ?? anyOf ?? [];
  const isChoice = variants.filter((variant) => variant.properties).length > 1;
  return variants.flatMap((variant) => rowsBelow(path, variant, isChoice));
}

function rowOf(path: string, schema: Schema, need: string): string {
  const { default: preset, description = '' } = schema;
  const isFilled = preset !== undefined && JSON.stringify(preset) !== '{}';
  const shown = isFilled ? `\`${JSON.stringify(preset)}\`` : need;
  return `| \`${path}\` | ${cell(shown)} | ${cell(valuesOf(schema))} | ${cell(description)} |`;
}

function valuesOf(schema: Schema): string {
  const { type, enum: list, const: only, oneOf, anyOf, items, minimum, maximum } = schema;
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (list) return list.map((value) => `\`${value}\``).join(', ');
  if (isSecret(schema)) return '`{ env: NAME }`, `{ file: path }`';
  if (oneOf ?? anyOf) return [...new Set((oneOf ?? anyOf ?? []).map(valuesOf))].join('; ');
  if (items) return `list of ${valuesOf(items) || 'anything'}`;
  if (type === 'integer') return isBounded(schema) ? `${minimum} to ${maximum}` : 'integer';
  if (schema.pattern?.includes('ms|s|m|h')) return 'duration, such as `30s`';
  return type === 'string' ? 'text' : (type ?? '');
}

/** Whether the bounds were chosen, and are not those of all integers. */
function isBounded({ maximum }: Schema): boolean {
  return maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
}

function isSecret({ anyOf = [] }: Schema): boolean {
  return anyOf.length === 2 && anyOf[0]?.properties?.['env'] !== undefined;
}

/** A cell stays in its column and is no HTML: bars and angles are escaped, but for those in code; line breaks are blanks. */
function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replace(/`[^`]*`|</g, (found) => (found === '<' ? '\\<' : found));
}
