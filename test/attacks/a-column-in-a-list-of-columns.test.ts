import { beforeEach, describe, expect, test } from 'vitest';
import { shareStage } from '../harness/shared-stage.ts';

/*
 * Redmine shows a status as `{"status": {"id": 1}}` and takes it as `status_id`; the customer's address is an item of a list of custom fields.
 * Each is a field of the record under the name that saves have for it, wherever an item stands; of an item that two servers could read as
 * another column nobody knows which it is. The stand-in stores as Redmine does: `to_i` of a status, and items by the text of their id.
 */

const EMAIL = 1;
const issue = { status_id: 1, project_id: 1 };
const fields = new Map<string, unknown>();

type Item = { id?: unknown; value?: unknown };

const { lastCode, send } = shareStage(
  ({ method, pathname, json }) => {
    const isIssue = pathname.startsWith('/issues/');
    if (method !== 'GET') {
      if (isIssue) Object.assign(issue, json['issue']);
      else storeFields((json['project'] ?? {}) as Record<string, unknown>);
      return { status: 200, body: {} };
    }
    const custom_fields = [...fields].map(([id, value]) => ({ id: Number(id), name: `Field ${id}`, value }));
    const [status, project] = [{ id: toInteger(issue.status_id) }, { id: toInteger(issue.project_id) }];
    return {
      status: 200,
      body: isIssue
        ? { issue: { id: 1, status, project } }
        : { project: { id: 1, name: 'acme', custom_fields } },
    };
  },
  {
    refusal: { body: { error: '{{slug}}', detail: '{{detail}}' } },
    modules: {
      issues: {
        dialect: 'rest',
        path: '/issues',
        fields: '/issue',
        record: '/issue',
        read: { fields: { status_id: '/status/id', project_id: '/project/id' } },
      },
      projects: {
        dialect: 'rest',
        path: '/projects',
        fields: '/project',
        record: '/project',
        columns: { custom_fields: { name: 'id', value: 'value', beside: ['name'] } },
      },
    },
    rules: [
      {
        id: 7,
        name: 'Closed',
        module: 'issues',
        when: { changed_to: ['status_id', 5] },
        send: {
          to: [
            {
              channel: 'email',
              address: { via: 'project_id', module: 'projects', field: 'custom_fields_1', reverse: 'none' },
            },
          ],
        },
      },
    ],
  },
);

/** Source: Redmine 5.0, lib/plugins/acts_as_customizable, custom_fields= and custom_field_values=. */
function storeFields({ custom_fields = [], custom_field_values = {} }: Record<string, unknown>): void {
  const items = (Array.isArray(custom_fields) ? custom_fields : []) as readonly Item[];
  const given = new Map(items.map(({ id, value }) => [String(id), value]));
  for (const [id, value] of [...given, ...Object.entries(custom_field_values as object)])
    if (fields.has(id)) fields.set(id, value);
}

function toInteger(value: unknown): number {
  return Number.parseInt(String(value), 10) || 0;
}

beforeEach(() => {
  Object.assign(issue, { status_id: 1, project_id: 1 });
  fields.clear();
  fields.set('1', 'ann@example.com').set('2', 'C-7');
});

const putProject = async (project: object, headers: readonly string[] = []) => {
  const { status } = await send('PUT /projects/1', { project }, headers);
  return { status, email: fields.get('1') };
};
const putIssue = async (saved: object, headers: readonly string[] = []) => {
  const { status } = await send('PUT /issues/1', { issue: saved }, headers);
  return { status, stored: toInteger(issue.status_id) };
};

const REP = 'rep@example.net';

describe('a column in a list of columns', () => {
  test.each<[string, object]>([
    ['first', { custom_fields: [{ id: EMAIL, value: REP }] }],
    [
      'behind another one',
      {
        custom_fields: [
          { id: 2, value: 'ann@example.com' },
          { id: EMAIL, value: REP },
        ],
      },
    ],
    ['by a text', { custom_fields: [{ id: '1', value: REP }] }],
    ['by another label', { custom_fields: [{ id: EMAIL, name: 'Contract', value: REP }] }],
    [
      'twice',
      {
        custom_fields: [
          { id: EMAIL, value: 'ann@example.com' },
          { id: EMAIL, value: REP },
        ],
      },
    ],
    ['by digits with a zero before them', { custom_fields: [{ id: '01', value: REP }] }],
    ['by digits and letters', { custom_fields: [{ id: '1abc', value: REP }] }],
    ['by a fraction', { custom_fields: [{ id: 1.5, value: REP }] }],
    ['with a member that nobody declared', { custom_fields: [{ id: 2, key: 1, value: REP }] }],
    ['without a value', { custom_fields: [{ id: EMAIL }] }],
    ['in an object', { custom_fields: { 0: { id: EMAIL, value: REP } } }],
    ['as no list', { custom_fields: REP }],
    ['under another spelling of the list', { customFields: [{ id: EMAIL, value: REP }] }],
    ['by a path with dots', { 'custom_fields.0.value': REP }],
    ['by a path with slashes', { 'custom_fields/0/value': REP }],
    ['by an operator and a path', { set__custom_fields__0__value: REP }],
    ['in a formset', { 'custom_fields-0-id': EMAIL, 'custom_fields-0-value': REP }],
    ['under its own name beside the list', { custom_fields_1: REP, custom_fields: [{ id: 2, value: 'x' }] }],
    ['as a list of values', { custom_fields: [{ id: EMAIL, value: [REP] }] }],
    ['under another list', { custom_field_values: { 1: REP } }],
    ['emptied', { custom_fields: [{ id: EMAIL, value: '' }] }],
  ])('is not changed without a code: %s', async (_, project) => {
    const { status, email } = await putProject(project);
    expect(email).toBe('ann@example.com');
    expect(status).toBeGreaterThanOrEqual(400);
  });

  test.each([
    'project[custom_fields][][value]=rep@example.net',
    'custom_fields[0][value]=rep@example.net',
    'custom_fields.0.value=rep@example.net',
    'customFields[][value]=rep@example.net',
    'custom-fields[][value]=rep@example.net',
    'custom_fields-0-value=rep@example.net',
    'custom_fields=%5B%7B%22id%22:1,%22value%22:%22rep@example.net%22%7D%5D',
  ])('is not said in the address: %s', async (query) => {
    const { status, body } = await send(`PUT /projects/1?${query}`, { project: { name: 'acme' } });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain('out of the address');
  });

  test('is found among very many at the pace of one', async () => {
    const custom_fields = Array.from({ length: 60_000 }, (_, index) => ({ id: index + 3, value: '' }));
    const { status } = await putProject({ custom_fields: [...custom_fields, { id: 3, value: REP }] });
    expect(status).toBe(400);
  });

  test('is changed with the code that went to the old address', async () => {
    const project = { custom_fields: [{ id: EMAIL, value: REP }] };
    expect((await putProject(project)).status).toBe(428);
    const code = lastCode('ann@example.com');
    expect(await putProject(project, [`OTPRULES-OTP-7: ${code}`])).toEqual({ status: 200, email: REP });
  });

  test.each<[string, object]>([
    ['another column', { custom_fields: [{ id: 2, value: 'C-8' }] }],
    ['another column under its own name', { custom_fields_2: 'C-8' }],
    ['a list that is empty', { name: 'acme', custom_fields: [] }],
    [
      'all columns as they were shown, in another order',
      {
        custom_fields: [
          { id: 2, name: 'Field 2', value: 'C-8' },
          { id: EMAIL, name: 'Field 1', value: 'ann@example.com' },
        ],
      },
    ],
  ])('honest: %s', async (_, project) => {
    expect(await putProject(project)).toEqual({ status: 200, email: 'ann@example.com' });
  });
});

describe('a field that an answer shows under another name', () => {
  test.each<[string, object]>([
    ['a number', { status_id: 5 }],
    ['a text', { status_id: '5' }],
    ['digits and letters', { status_id: '5abc' }],
    ['a fraction', { status_id: 5.7 }],
    ['beside a note', { notes: 'done', status_id: '05' }],
    ['another project', { project_id: 2 }],
  ])('asks for a code: %s', async (_, saved) => {
    expect(await putIssue(saved)).toEqual({ status: 428, stored: 1 });
    expect(issue.project_id).toBe(1);
  });

  test('is saved with it', async () => {
    expect((await putIssue({ status_id: 5 })).status).toBe(428);
    const code = lastCode('ann@example.com');
    expect(await putIssue({ status_id: 5 }, [`OTPRULES-OTP-7: ${code}`])).toEqual({ status: 200, stored: 5 });
  });

  test('honest: what repeats the stored values needs none', async () => {
    issue.status_id = 5;
    expect(await putIssue({ status_id: 5, project_id: '1', notes: 'x' })).toEqual({ status: 200, stored: 5 });
  });
});
