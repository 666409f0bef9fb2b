import { CLOSED, FORM, ISSUE, PROJECT, type Row } from './request.ts';

const field = (name: string, project: object): Row => [name, 'PUT', PROJECT, { project }];
const evil = 'rep@example.com';

/** Another customer, or another address of theirs. */
export const OWNERS: readonly Row[] = [
  ['another project', 'PUT', ISSUE, { issue: { project_id: 2 } }],
  ['another project, as a text', 'PUT', ISSUE, { issue: { project_id: '2' } }],
  ['another project, by its name', 'PUT', ISSUE, { issue: { project_id: 'own' } }],
  ['another project, as it is shown', 'PUT', ISSUE, { issue: { project: { id: 2 } } }],
  ['another project, with digits and more', 'PUT', ISSUE, { issue: { project_id: '2\n' } }],
  ['another project by the address', 'PUT', `${ISSUE}?issue[project_id]=2`, {}],
  ['a parent in another project', 'PUT', ISSUE, { issue: { parent_issue_id: 4, project_id: 2 } }],
  field('the address', { custom_fields: [{ id: 1, value: evil }] }),
  field('the address, as a text', { custom_fields: [{ id: '1', value: evil }] }),
  field('the address behind another field', {
    custom_fields: [
      { id: 2, value: 'ann@example.com' },
      { id: 1, value: evil },
    ],
  }),
  field('the address twice', {
    custom_fields: [
      { id: 1, value: 'ann@example.com' },
      { id: 1, value: evil },
    ],
  }),
  field('the address in a list', { custom_fields: [{ id: 1, value: [evil] }] }),
  field('the address emptied', { custom_fields: [{ id: 1, value: '' }] }),
  field('the address emptied by none', { custom_fields: [{ id: 1, value: null }] }),
  field('the address by its number', { custom_field_values: { 1: evil } }),
  field('the address by its number in a list', { custom_field_values: [['1', evil]] }),
  field('an object of fields', { custom_fields: { 0: { id: 1, value: evil } } }),
  field('the fields in capitals', { Custom_Fields: [{ id: 1, value: evil }] }),
  ['the address by a form', 'PUT', PROJECT, `project[custom_field_values][1]=${evil}`, FORM],
  [
    'the address by a form with a list',
    'PUT',
    PROJECT,
    `project[custom_fields][][id]=1&project[custom_fields][][value]=${evil}`,
    FORM,
  ],
  ['the address by the address', 'PUT', `${PROJECT}?project[custom_field_values][1]=${evil}`, {}],
  ['the address by PATCH', 'PATCH', PROJECT, { project: { custom_fields: [{ id: 1, value: evil }] } }],
  [
    'the address at the name of the project',
    'PUT',
    '/projects/acme.json',
    { project: { custom_fields: [{ id: 1, value: evil }] } },
  ],
  [
    'the address at another spelling',
    'PUT',
    '/projects/1%0Ax.json',
    { project: { custom_fields: [{ id: 1, value: evil }] } },
  ],
  field('the address with another label', { custom_fields: [{ id: 1, name: 'Contract', value: evil }] }),
  field('the address by its label', { custom_fields: [{ name: 'Customer e-mail', value: evil }] }),
  field('the address without a value', { custom_fields: [{ id: 1, custom_field_value: evil }] }),
  field('the address in both lists', {
    custom_fields: [{ id: 2, value: 'x' }],
    custom_field_values: { 1: evil },
  }),
  field('the address under attributes', { custom_values_attributes: [{ custom_field_id: 1, value: evil }] }),
  field('the address beside another name', {
    identifier: 'own',
    name: 'own',
    custom_fields: [{ id: 1, value: evil }],
  }),
  [
    'the address at the name in capitals',
    'PUT',
    '/projects/ACME.json',
    { project: { custom_fields: [{ id: 1, value: evil }] } },
  ],
  [
    'the address beside an issue',
    'PUT',
    ISSUE,
    { issue: { notes: 'x' }, project: { custom_fields: [{ id: 1, value: evil }] } },
  ],
  [
    'the address by the issue',
    'PUT',
    ISSUE,
    { issue: { project_attributes: { id: 1, custom_field_values: { 1: evil } } } },
  ],
  ['the project deleted', 'DELETE', PROJECT],
  ['the project deleted by its name', 'DELETE', '/projects/acme.json'],
  [
    'a new project that is a copy',
    'POST',
    '/projects/1/copy.json',
    { project: { name: 'copy', identifier: 'copy' } },
  ],
];

/** All else that Redmine does to issues. */
export const ACTIONS: readonly Row[] = [
  ['the project archived', 'POST', '/projects/1/archive.json'],
  ['the project closed', 'PUT', '/projects/1/close.json'],
  ['a version closed', 'PUT', '/versions/1.json', { version: { status: 'closed' }, ...CLOSED }],
  [
    'a page of the wiki, beside an issue',
    'PUT',
    '/projects/acme/wiki/Page.json',
    { wiki_page: { text: 'closes #1' }, ...CLOSED },
  ],
  [
    'a file, beside an issue',
    'POST',
    '/uploads.json?filename=x&issue[status_id]=5&id=1',
    'x',
    { 'content-type': 'application/octet-stream' },
  ],
  ['a watcher, beside an issue', 'POST', '/issues/1/watchers.json', { user_id: 5, issue: { status_id: 5 } }],
  ['a parent that is closed', 'PUT', ISSUE, { issue: { parent_issue_id: 3 } }],
  ['all of it done', 'PUT', ISSUE, { issue: { done_ratio: 100 } }],
  ['another tracker', 'PUT', ISSUE, { issue: { tracker_id: 3 } }],
  ['a note that says so', 'PUT', ISSUE, { issue: { notes: 'Status: Closed\nstatus_id=5' } }],
  [
    'a new one that is a duplicate',
    'POST',
    '/issues.json',
    {
      issue: {
        project_id: 2,
        subject: 'x',
        status_id: 5,
        relations: [{ issue_to_id: 1, relation_type: 'duplicates' }],
      },
    },
  ],
  ['many at once', 'POST', '/issues/bulk_update.json?ids[]=1&issue[status_id]=5', {}],
  ['many at once, by PATCH', 'PATCH', '/issues/bulk_update?ids[]=1', 'issue[status_id]=5', FORM],
  ['the context menu', 'POST', '/issues/context_menu?ids[]=1', 'issue[status_id]=5', FORM],
  ['its form', 'PATCH', '/issues/1/edit.json', CLOSED],
  ['its form by a browser', 'POST', '/issues/1', '_method=patch&issue[status_id]=5', FORM],
  ['a list deleted', 'DELETE', '/issues.json?ids[]=1'],
  ['an e-mail', 'POST', '/mail_handler', 'key=x&email=Status:+Closed', FORM],
  ['commits', 'GET', '/sys/fetch_changesets?key=x'],
  ['an import', 'POST', '/imports.json', {}],
  ['the work flow', 'PATCH', '/workflows/update.json', {}],
  ['a state that is renamed', 'PUT', '/issue_statuses/1.json', { issue_status: { is_closed: true } }],
  ['a tracker', 'PUT', '/trackers/1.json', { tracker: { default_status_id: 5 } }],
  [
    'hours, beside an issue',
    'POST',
    '/time_entries.json',
    { time_entry: { issue_id: 1, hours: 1, activity_id: 8 }, ...CLOSED },
  ],
  ['a note, beside an issue', 'PUT', '/journals/1.json', { journal: { notes: 'x' }, ...CLOSED }],
  [
    'a new one that is closed',
    'POST',
    '/issues.json',
    { issue: { project_id: 1, subject: 'x', status_id: 5 } },
  ],
  [
    'a copy that is closed',
    'POST',
    '/issues.json?copy_from=1',
    { issue: { project_id: 1, subject: 'x', status_id: 5 } },
  ],
];
