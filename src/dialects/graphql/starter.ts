import type { StartedModule, Starter } from '../kind.ts';
import { pointerOf } from './graphql-module.ts';

/** A first type of a schema: the mutation that updates its records, and the query that shows one. */
export const starter: Starter = {
  path: '/graphql',
  keys: [
    {
      name: 'mutation',
      flag: 'mutation',
      message: 'the mutation that updates a record',
      preset: (name) => `update${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    },
    {
      name: 'id',
      flag: 'id-argument',
      message: 'its argument for the id, or a JSON pointer into the arguments',
      preset: () => 'id',
    },
    {
      name: 'fields',
      flag: 'fields-argument',
      message: 'its argument for the fields, or a JSON pointer into the arguments',
      preset: () => 'data',
    },
    {
      name: 'query',
      flag: 'query',
      message: 'the field of Query that shows a record by its id',
      preset: (name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    },
    { name: 'idType', flag: 'id-type', message: 'the type of that id', preset: () => 'ID' },
  ],
  entry: ({ mutation = '', id, fields, query, idType }, read) => ({
    mutations: { [mutation]: { id, fields } },
    record: `query ($id: ${idType}!) { ${query}(id: $id) { ${[...new Set(['id', ...read])].join(' ')} } }`,
  }),
  save: (started, fields) => ({
    method: 'POST',
    path: started.path,
    body: requestOf(started, fields),
  }),
};

/** The mutation with all of it in the document, where the types of its variables are of no account. */
function requestOf({ mutation, id = '', fields: place = '' }: StartedModule, fields: object): object {
  const args: Record<string, unknown> = {};
  put(args, id, '1');
  for (const [name, value] of Object.entries(fields)) put(args, `${pointerOf(place)}/${name}`, value);
  return { query: `mutation { ${mutation}(${membersOf(args)}) { __typename } }` };
}

function put(args: Record<string, unknown>, place: string, value: unknown): void {
  const steps = pointerOf(place).split('/').slice(1);
  const last = steps.pop() ?? '';
  let here = args;
  for (const step of steps) {
    here[step] ??= {};
    here = here[step] as Record<string, unknown>;
  }
  here[last] = value;
}

function membersOf(members: object): string {
  const texts = Object.entries(members).map(([name, value]) =>
    typeof value === 'object' && value !== null
      ? `${name}: { ${membersOf(value)} }`
      : `${name}: ${JSON.stringify(value)}`,
  );
  return texts.join(', ');
}
