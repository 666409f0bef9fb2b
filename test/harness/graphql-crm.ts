import { buildSchema, graphqlSync } from 'graphql';
import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type GraphqlCrm = StandIn & {
  /** Records by type and id. */
  readonly records: Map<string, Fields>;
};

type Json = Record<string, unknown>;
type Store = Map<string, Fields>;

const SCHEMA = buildSchema(`
  type Task { id: ID!, subject: String, status: String, email: String, customer: ID }
  type Customer { id: ID!, name: String, email: String }
  input TaskInput { subject: String, status: String, email: String, customer: ID }
  input TaskPatch { id: ID, subject: String, status: String, email: String }
  input TaskWhere { id: ID, status: String }
  input CustomerInput { name: String, email: String, tasks: [TaskPatch!] }
  input Finish { taskId: ID!, note: String }
  type Query { task(id: ID!): Task, customer(id: ID!): Customer, tasks: [Task!]! }
  type Mutation {
    updateTask(id: ID!, data: TaskInput!): Task
    updateTasks(ids: [ID!]!, data: TaskInput!): [Task]
    saveTasks(tasks: [TaskPatch!]!): [Task]
    updateWhere(where: TaskWhere!, data: TaskInput!): [Task]
    createTask(data: TaskInput!): Task
    deleteTask(id: ID!): Task
    finishTask(input: Finish!): Task
    updateCustomer(id: ID!, data: CustomerInput!): Customer
    login(user: String!, password: String!): String
    addRegion(name: String!): String
  }
`);

/** Documents that the server keeps, by the names and digests under which clients ask for them. */
const KEPT: Readonly<Record<string, string>> = {
  close: 'mutation { updateTask(id: "45", data: {status: "Closed"}) { id } }',
};

/**
 * The reference implementation of GraphQL behind one address, with what servers allow beside: lists of requests, documents that they keep,
 * a document in the address, a GET.
 * https://graphql.github.io/graphql-over-http/draft/
 */
export async function startGraphql(records: Readonly<Record<string, Fields>>): Promise<GraphqlCrm> {
  const store: Store = new Map(Object.entries(structuredClone(records)));
  const rootValue = resolversOf(store);
  const run = (json: Json, inAddress: string | null): Said => {
    const digest = (json['extensions'] as Json | undefined)?.['persistedQuery'] as Json | undefined;
    const kept = KEPT[String(json['documentId'] ?? digest?.['sha256Hash'])];
    const { data, errors } = graphqlSync({
      schema: SCHEMA,
      source: String(kept ?? inAddress ?? json['query']),
      rootValue,
      operationName: (json['operationName'] as string | undefined) ?? null,
      variableValues: (json['variables'] as Json | undefined) ?? null,
    });
    return {
      status: data === undefined ? 400 : 200,
      body: { ...(errors && { errors }), ...(data !== undefined && { data }) },
    };
  };
  const standIn = await startStandIn(({ header, json, query }: Asked): Said => {
    if (!header('authorization')) return unauthenticated();
    if (!Array.isArray(json)) return run(json, query.get('query'));
    return { status: 200, body: (json as Json[]).map((one) => run(one, null).body) };
  });
  return { ...standIn, records: store };
}

function resolversOf(store: Store): object {
  const change = (type: string, id: string, fields: object) => {
    const key = `${type}/${id}`;
    if (!store.has(key)) return null;
    store.set(key, { ...store.get(key), ...fields } as Fields);
    return store.get(key);
  };
  const save = ({ id, ...fields }: Json) =>
    id === undefined ? create(fields) : change('Task', String(id), fields);
  const create = (data: object) => {
    const id = String(100 + store.size);
    store.set(`Task/${id}`, { id, ...data } as Fields);
    return store.get(`Task/${id}`);
  };
  return {
    task: ({ id }: { id: string }) => store.get(`Task/${/^\d+$/.test(id) ? Number(id) : id}`) ?? null,
    customer: ({ id }: { id: string }) => store.get(`Customer/${id}`) ?? null,
    tasks: () => [...store].filter(([key]) => key.startsWith('Task/')).map(([, task]) => task),
    updateTask: ({ id, data }: { id: string; data: object }) =>
      change('Task', String(/^\d+$/.test(id) ? Number(id) : id), data),
    updateTasks: ({ ids, data }: { ids: string[]; data: object }) =>
      ids.map((id) => change('Task', id, data)),
    saveTasks: ({ tasks }: { tasks: Json[] }) => tasks.map(save),
    updateWhere: ({ where, data }: { where: Json; data: object }) =>
      [...store.values()]
        .filter((task) => Object.entries(where).every(([name, value]) => task[name] === value))
        .map((task) => change('Task', String(task['id']), data)),
    createTask: ({ data }: { data: object }) => create(data),
    deleteTask: ({ id }: { id: string }) => {
      store.delete(`Task/${id}`);
      return null;
    },
    finishTask: ({ input }: { input: { taskId: string } }) =>
      change('Task', input.taskId, { status: 'Closed' }),
    updateCustomer: ({ id, data }: { id: string; data: { tasks?: Json[] } }) => {
      const { tasks = [], ...fields } = data;
      for (const task of tasks) save({ ...task, customer: id });
      return change('Customer', id, fields);
    },
    login: () => 'token',
    addRegion: ({ name }: { name: string }) => name,
  };
}

function unauthenticated(): Said {
  const extensions = { code: 'UNAUTHENTICATED' };
  return { status: 401, body: { errors: [{ message: 'who are you?', extensions }] } };
}
