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
