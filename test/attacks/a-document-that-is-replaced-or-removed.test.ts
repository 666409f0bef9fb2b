import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * CouchDB stores whole documents: what one leaves out is gone, whether it comes by a PUT, by a POST that names it, or in a list. A document with
 * `_deleted` is deleted, whatever else it says. https://docs.couchdb.org/en/stable/api/database/bulk-api.html
 */

type Stored = Record<string, Record<string, unknown>>;

const OPEN = { status: 'Open', customer: 'c1' };
const ANN = { name: 'Ann', email: 'ann@example.com' };

async function startCouch() {
  const databases: Record<string, Stored> = {
    notes: { '45': OPEN, '46': OPEN },
    people: { c1: ANN },
    files: { c1: ANN, ann: ANN },
  };
  const put = (database: Stored, id: string, { _id, _rev, _deleted, ...fields }: Record<string, unknown>) => {
    if (_deleted) delete database[id];
    else database[id] = fields;
  };
  const crm = await startStandIn(({ method, pathname, json }) => {
    const [, name = '', id] = pathname.split('/');
    const database = databases[name];
    const body = (json ?? {}) as Record<string, unknown>;
    if (!database) return { status: 404, body: {} };
    if (method === 'GET' && id !== undefined) {
      const found = database[id];
      return found ? { status: 200, body: { _id: id, ...found } } : { status: 404, body: {} };
    }
    const documents = (id === '_bulk_docs' ? body['docs'] : [body]) as Record<string, unknown>[];
    for (const document of documents)
      put(database, id === '_bulk_docs' ? String(document['_id']) : String(id ?? document['_id']), document);
    return { status: 201, body: { ok: true } };
  });
  return { ...crm, stored: () => structuredClone(databases) };
}

const couch = (path: string) => ({
  dialect: 'rest' as const,
  path,
  idField: '_id',
  ids: 'any' as const,
  put: 'replace' as const,
  creates: 'upsert' as const,
  operations: [
    {
      request: `POST ${path}/_bulk_docs`,
      save: { records: '/docs', id: '/_id', fields: '', replaces: true as const },
    },
  ],
});
const bulk = (...docs: readonly object[]) => JSON.stringify({ docs });

describeDoors('CouchDB, by a document that says less, or that it is deleted', {
  start: startCouch,
  modules: {
    Notes: couch('/notes'),
    People: couch('/people'),
    Files: { dialect: 'rest', path: '/files', idField: '_id', ids: 'any', put: 'replace', fields: '/doc' },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Notes',
      when: { changed_to: ['status', 'Delivered'] },
      send: {
        to: [
          {
            channel: 'email',
            address: { via: 'customer', module: 'People', field: 'email', reverse: 'none' },
          },
        ],
      },
    },
    {
      id: 8,
      name: 'Files',
      module: 'Files',
      when: { or: [{ changed: 'email' }, { changed: '_id' }] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a new document at its address', 422, { line: 'PUT /notes/49', body: '{"status":"Delivered"}' }],
    ['a POST without its customer', 428, { line: 'POST /notes', body: '{"_id":"45","status":"Open"}' }],
    [
      'a list without its customer',
      428,
      { line: 'POST /notes/_bulk_docs', body: bulk({ _id: '45', status: 'Open' }) },
    ],
    ['a POST without the address', 428, { line: 'POST /people', body: '{"_id":"c1","name":"Ann"}' }],
    [
      'a list without the address',
      428,
      { line: 'POST /people/_bulk_docs', body: bulk({ _id: 'c1', name: 'Ann' }) },
    ],
    [
      'a whole document that is deleted',
      400,
      { line: 'PUT /people/c1', body: JSON.stringify({ _id: 'c1', ...ANN, _deleted: true }) },
    ],
    [
      'a list with a whole document that is deleted',
      400,
      { line: 'POST /people/_bulk_docs', body: bulk({ _id: 'c1', ...ANN, _deleted: 1 }) },
    ],
    [
      'a list of no more than that',
      428,
      { line: 'POST /people/_bulk_docs', body: bulk({ _id: 'c1', _deleted: 1 }) },
    ],
    [
      'a guarded change beside it',
      400,
      { line: 'PUT /notes/45', body: '{"status":"Delivered","_deleted":"no"}' },
    ],
    ['a POST of no more than that', 428, { line: 'POST /people', body: '{"_id":"c1","_deleted":true}' }],
    [
      'a mark in a new document',
      422,
      { line: 'POST /notes', body: '{"status":"Delivered","customer":"c1","_deleted":true}' },
    ],
    ['a PUT without the address', 428, { line: 'PUT /people/c1', body: '{"name":"Ann"}' }],
    ['what no document is called', 403, { line: 'PUT /files/_bulk_docs', body: '{"doc":{"docs":[]}}' }],
    ['a file without a digit', 428, { line: 'PUT /files/ann', body: '{"doc":{"email":"rep@example.net"}}' }],
    [
      'a mark beside the fields',
      400,
      { line: 'PUT /files/c1', body: JSON.stringify({ doc: { email: 'ann@example.com' }, _deleted: true }) },
    ],
    [
      'another address in a file',
      428,
      { line: 'PUT /files/c1', body: '{"doc":{"email":"rep@example.net"}}' },
    ],
  ],
  honest: [
    [
      'a whole document',
      { line: 'POST /notes', body: JSON.stringify({ _id: '45', ...OPEN, note: 'x' }) },
      '/notes',
    ],
    [
      'a list of whole documents',
      {
        line: 'POST /notes/_bulk_docs',
        body: bulk({ _id: '45', ...OPEN }, { _id: '46', ...OPEN, note: 'y' }),
      },
      '/notes/_bulk_docs',
    ],
    ['a new document at its address', { line: 'PUT /notes/48', body: '{"status":"Open"}' }, '/notes/48'],
    ['a new document', { line: 'POST /notes', body: '{"_id":"47","status":"Open"}' }, '/notes'],
    [
      'a document that says that it is not deleted',
      { line: 'PUT /people/c1', body: JSON.stringify({ _id: 'c1', ...ANN, name: 'Anne', _deleted: false }) },
      '/people/c1',
    ],
    ...[null, '', 0, '0'].map(
      (mark) =>
        [
          `a document whose mark is ${JSON.stringify(mark)}`,
          { line: 'PUT /people/c1', body: JSON.stringify({ _id: 'c1', ...ANN, _deleted: mark }) },
          '/people/c1',
        ] as const,
    ),
    ['a file without its id', { line: 'PUT /files/c1', body: JSON.stringify({ doc: ANN }) }, '/files/c1'],
    ['a part of a document by a POST', { line: 'POST /notes/45', body: '{"note":"x"}' }, '/notes/45'],
    ['a part of a document', { line: 'PATCH /notes/46', body: '{"note":"x"}' }, '/notes/46'],
    ['a document that is deleted by its method', { line: 'DELETE /notes/46' }, '/notes/46'],
  ],
});
