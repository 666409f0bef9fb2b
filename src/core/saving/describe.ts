import { pathPatternOf } from '../wire/path-pattern.ts';

/** An entry of `operations` for a request, as YAML to paste below a module: what it saves is left to be filled in. Names, and no value. */
export function operationBlock(method: string, path: string): string {
  const names: string[] = [];
  const pattern = pathPatternOf(path).replace(/\/\*\*$/, '');
  const request = pattern.replaceAll('*', () => {
    names.push(names.length === 0 ? 'id' : `id${names.length + 1}`);
    return `{${names.at(-1)}}`;
  });
  const id = names.length === 0 ? '/id' : `"{${names.at(-1)}}"`;
  const save = method === 'DELETE' ? `{ operation: delete, id: ${id} }` : `{ id: ${id}, fields: "" }`;
  return `operations:\n  - request: ${method} ${request}\n    save: ${save}`;
}

/** How an operator maps a module that a write named, as YAML to paste; undefined where too little is known of it. */
export function moduleBlock({ type, idPrefix, dialect, path }: Named): string | undefined {
  if (dialect === undefined || path === undefined || (type ?? idPrefix) === undefined) return undefined;
  const name = (type ?? `Prefix${idPrefix}`).replace(/[^A-Za-z0-9_.-]+/g, '_');
  const prefix = idPrefix === undefined ? '' : `, idPrefix: "${idPrefix}"`;
  const own = type === undefined || type === name ? '' : `, type: "${type}"`;
  return `modules:\n  ${name}: { dialect: ${dialect}, path: ${path}${prefix}${own} }`;
}

/** What a write said of the module that it writes to. */
type Named = {
  readonly type?: string;
  readonly idPrefix?: string;
  readonly dialect?: string;
  readonly path?: string;
};
