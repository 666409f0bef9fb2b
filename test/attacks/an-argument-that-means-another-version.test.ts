import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * Mutations of Strapi choose the version of a record by `locale` and `status` beside its id. What the query of the module shows is closed
 * already.
 */

const LINE = 'POST /graphql';
const sends = (mutation: string): Knock => ({
  line: LINE,
  body: JSON.stringify({ query: `mutation { ${mutation} }` }),
});
const CLOSED = 'data: {tasks: {update: [{id: 45, status: "Closed"}]}}';
const OWN = 'a: updateProject(id: 8, data: {tasks: {update: [{id: 45, note: "x"}]}}) { id }';
const STORED = { id: '45', subject: 'Two boxes', status: 'Closed', email: 'ann@example.com' };

describeDoors('GraphQL, by an argument that means another version', {
  start: () => startShowing(STORED, { data: { task: STORED } }),
  modules: {
    Task: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: {
        updateTask: { id: 'id', fields: 'data' },
        finishTask: { id: '/input/taskId', set: { status: 'Closed' } },
      },
      record: 'query ($id: ID!) { task(id: $id) { id subject status email } }',
      envelopeFields: ['source'],
    },
    Project: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: { updateProject: { id: 'id', fields: 'data' } },
      record: 'query ($id: ID!) { project(id: $id) { id name } }',
      relations: { tasks: 'Task' },
    },
  },
  rules: [
    {
      id: 7,
      name: 'Closing',
      module: 'Task',
      when: { changed_to: ['status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['of another language', 428, sends('updateTask(id: 45, data: {status: "Closed"}, locale: "fr") { id }')],
    ['of another stage', 428, sends('updateTask(id: 45, data: {status: "Closed"}, version: 2) { id }')],
    [
      'of another language, within a project',
      428,
      sends(`updateProject(id: 9, ${CLOSED}, locale: "fr") { id }`),
    ],
    [
      'of another language, behind a change of this one',
      428,
      sends(`${OWN} b: updateProject(id: 9, ${CLOSED}, locale: "fr") { id }`),
    ],
    ['in an input', 428, sends('finishTask(input: {taskId: 45, locale: "fr"}) { id }')],
  ],
  honest: [
    ['what is so already', sends('updateTask(id: 45, data: {status: "Closed"}) { id }'), '/graphql'],
    [
      'what is so already, with what is declared',
      sends('updateTask(id: 45, data: {status: "Closed"}, source: "app") { id }'),
      '/graphql',
    ],
    [
      'what is so already, with what is about the call',
      sends('updateTask(id: 45, data: {status: "Closed"}, notify: true) { id }'),
      '/graphql',
    ],
    [
      'an input with an id of its own',
      sends('finishTask(input: {taskId: 45, clientMutationId: "7"}) { id }'),
      '/graphql',
    ],
    [
      'another version of what no rule guards',
      sends('updateTask(id: 45, data: {subject: "Trois"}, locale: "fr") { id }'),
      '/graphql',
    ],
    ['what is so already, within a project', sends(`updateProject(id: 9, ${CLOSED}) { id }`), '/graphql'],
    [
      'another version of what no rule guards, within a project',
      sends(
        'updateProject(id: 9, data: {tasks: {update: [{id: 45, subject: "Trois"}]}}, locale: "fr") { id }',
      ),
      '/graphql',
    ],
    [
      'an argument that is nothing',
      sends('updateTask(id: 45, data: {status: "Closed"}, locale: null) { id }'),
      '/graphql',
    ],
  ],
});
