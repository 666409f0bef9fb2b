import type { Step } from '../system.ts';
import { type Ask, FORM, ISSUE, PROJECT } from './request.ts';

type Ways = {
  readonly ask: Ask;
  /** Saves issue 1 with a name and a password in the place of a key. */
  named(body: object): Promise<unknown>;
  /** Saves it with the key in the address. */
  keyed(body: object): Promise<unknown>;
  /** What Redmine itself shows. */
  stored(path: string): Promise<string>;
};

/** What a program of a rep does; each has to be stored as it was said. */
export function worksOf({ ask, named, keyed, stored }: Ways): readonly Step[] {
  const run = `run ${Date.now()}`;
  const made = async (path: string, body: unknown, kind: string): Promise<number> =>
    ((await ask('POST', path, body)) as Record<string, { id: number }>)[kind]?.id ?? 0;
  const has = async (path: string, ...texts: readonly string[]) => {
    const shown = await stored(path);
    const lacking = texts.find((text) => !shown.includes(text));
    if (lacking !== undefined) throw new Error(`${path} has no ${lacking}: ${shown.slice(0, 200)}`);
  };
  const isGone = (path: string) =>
    stored(path).then(
      () => {
        throw new Error(`${path} is there`);
      },
      () => {},
    );
  const newIssue = async (path: string, issue: object, ...texts: readonly string[]) => {
    const id = await made(path, { issue }, 'issue');
    await has(`/issues/${id}.json?include=watchers`, ...texts);
    return id;
  };
  const put = async (issue: object, ...texts: readonly string[]) => {
    await ask('PUT', ISSUE, { issue });
    await has(`${ISSUE}?include=journals,attachments`, ...texts);
  };
  const putProject = async (project: object, ...texts: readonly string[]) => {
    await ask('PUT', PROJECT, { project });
    await has(PROJECT, ...texts);
  };
  return [
    ['list', () => ask('GET', '/issues.json?project_id=acme&status_id=open&sort=updated_on:desc&limit=5')],
    ['read', () => ask('GET', `${ISSUE}?include=journals,watchers,allowed_statuses,relations`)],
    ['read as XML', () => ask('GET', '/issues/1.xml').then(fail, isNoJson)],
    ['read a project', () => ask('GET', '/projects/acme.json?include=trackers')],
    ['states', () => ask('GET', '/issue_statuses.json')],
    ['who am I', () => ask('GET', '/users/current.json')],
    [
      'create with fields of its own and watchers',
      () => {
        const custom_fields = [{ id: 3, value: run }];
        const issue = { project_id: 1, subject: 'new', custom_fields, watcher_user_ids: [5] };
        return newIssue('/issues.json', issue, `"value":"${run}"`, '"watchers":[{"id":5');
      },
    ],
    ['create below its project', () => newIssue('/projects/acme/issues.json', { subject: run }, run)],
    [
      'create a child',
      () =>
        newIssue('/issues.json', { project_id: 1, subject: 'x', parent_issue_id: 2 }, '"parent":{"id":2}'),
    ],
    ['update', () => put({ subject: `a delivery, ${run}`, done_ratio: 40 }, `a delivery, ${run}`)],
    ['a note', () => put({ notes: `${run}: status: closed`, private_notes: true }, `${run}: status: closed`)],
    [
      'a form',
      async () => {
        await ask('PUT', ISSUE, `issue[notes]=by+a+form,+${run}`, FORM);
        await has(`${ISSUE}?include=journals`, `by a form, ${run}`);
      },
    ],
    [
      'a name and a password',
      async () => {
        await named({ issue: { notes: `by name, ${run}` } });
        await has(`${ISSUE}?include=journals`, `by name, ${run}`);
      },
    ],
    [
      'the key in the address',
      async () => {
        await keyed({ issue: { notes: `by key, ${run}`, status_id: 1 } });
        await has(`${ISSUE}?include=journals`, `by key, ${run}`);
      },
    ],
    [
      'another state and back',
      async () => {
        await put({ status_id: 2 }, '"status":{"id":2');
        await put({ status_id: 1 }, '"status":{"id":1');
      },
    ],
    [
      'what repeats all that is stored',
      () =>
        put(
          {
            project_id: 1,
            status_id: 1,
            custom_fields: [{ id: 3, name: 'Serial number', value: `S, ${run}` }],
          },
          `"value":"S, ${run}"`,
        ),
    ],
    [
      'a note to a closed one, with its state',
      async () => {
        await ask('PUT', '/issues/3.json', { issue: { status_id: 5, notes: run } });
        await has('/issues/3.json?include=journals', run);
      },
    ],
    [
      'a file',
      async () => {
        const path = '/uploads.json?filename=a.txt';
        const type = { 'content-type': 'application/octet-stream' };
        const { upload } = (await ask('POST', path, run, type)) as { upload: { token: string } };
        const uploads = [{ token: upload.token, filename: `${run}.txt`, content_type: 'text/plain' }];
        await put({ uploads }, `${run}.txt`);
      },
    ],
    [
      'hours',
      async () => {
        const time_entry = { issue_id: 1, hours: 2, activity_id: 8 };
        const path = `/time_entries/${await made('/time_entries.json', { time_entry }, 'time_entry')}.json`;
        await ask('PUT', path, { time_entry: { hours: 3 } });
        await has(path, '"hours":3');
        await ask('DELETE', path);
        await isGone(path);
      },
    ],
    [
      'a watcher',
      async () => {
        // Whoever contributes to an issue watches it, too.
        const watching = async () =>
          (await stored(`${ISSUE}?include=watchers`)).split('"watchers"')[1]?.includes('{"id":5,') ?? false;
        await ask('POST', '/issues/1/watchers.json', { user_id: 5 });
        if (!(await watching())) throw new Error('nobody watches');
        await ask('DELETE', '/issues/1/watchers/5.json');
        if (await watching()) throw new Error('somebody watches');
      },
    ],
    [
      'a relation',
      async () => {
        const relation = { issue_to_id: 2, relation_type: 'relates' };
        const path = `/relations/${await made('/issues/1/relations.json', { relation }, 'relation')}.json`;
        await has(path, '"relates"');
        await ask('DELETE', path);
        await isGone(path);
      },
    ],
    [
      'a field of the project that is no address',
      () => putProject({ description: run, custom_fields: [{ id: 2, value: run }] }, `"value":"${run}"`, run),
    ],
    [
      'all fields of the project, in another order',
      () => {
        const email = { id: 1, name: 'Customer e-mail', value: 'ann@example.com' };
        const contract = { id: 2, name: 'Contract', value: `C, ${run}` };
        return putProject({ custom_fields: [contract, email] }, `"value":"C, ${run}"`);
      },
    ],
    [
      'a version',
      async () => {
        const version = { name: run };
        const path = `/versions/${await made('/projects/acme/versions.json', { version }, 'version')}.json`;
        await ask('PUT', path, { version: { status: 'closed' } });
        await has(path, '"status":"closed"');
      },
    ],
    [
      'a page of the wiki',
      async () => {
        const path = '/projects/acme/wiki/Page.json';
        await ask('PUT', path, { wiki_page: { text: `h1. ${run}` } });
        await has(path, run);
      },
    ],
    [
      'delete',
      async () => {
        const path = `/issues/${await newIssue('/issues.json', { project_id: 1, subject: 'gone' }, 'gone')}.json`;
        await ask('DELETE', path);
        await isGone(path);
      },
    ],
  ];
}

function fail(): never {
  throw new Error('it was answered as JSON');
}

function isNoJson(error: unknown): void {
  if (!(error instanceof SyntaxError)) throw error;
}
