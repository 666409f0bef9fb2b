import { describe, expect, it } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { gatewayOptions } from '../harness/delivery.ts';

type Module = Extract<ConfigInput['modules'][string], { dialect: 'rest' }>;

function problemsOf(changes: Partial<Module>, others: ConfigInput['modules'] = {}): readonly string[] {
  const notes: Module = { dialect: 'rest', path: '/api/DeliveryNotes', ...changes };
  const modules = { DeliveryNotes: notes, ...others };
  const loaded = compileOptions(gatewayOptions('http://127.0.0.1:1', { modules }), {});
  if (loaded.ok) return [];
  return loaded.problems
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `${path.replace('modules.DeliveryNotes.operations', '')} ${message}`);
}

const save = { id: '{id}', fields: '' };

describe('what is wrong with an operation', () => {
  const FAULTS: readonly (readonly [string, NonNullable<Module['operations']>, RegExp])[] = [
    ['no method', [{ request: '/api/x/{id}', save }], /^\[0\]\.request must be a method and a path/],
    ['a query with a mark', [{ request: 'PUT /api/x?a?b={id}', save }], /^\[0\]\.request must be a method/],
    [
      'two names side by side',
      [{ request: 'PUT /api/{a}{id}', save }],
      /^\[0\]\.request must have plain segments/,
    ],
    ['dots in the path', [{ request: 'PUT /api/../{id}', save }], /^\[0\]\.request must have plain segments/],
    ['a name twice', [{ request: 'PUT /api/{id}/{id}', save }], /^\[0\]\.request has a name in braces twice/],
    [
      'no meaning',
      [{ request: 'PUT /api/{id}' }],
      /^\[0\] must say one of save, read, lists, harmless and batch/,
    ],
    ['two meanings', [{ request: 'PUT /api/{id}', save, harmless: true }], /^\[0\] must say one of/],
    ['a GET that saves', [{ request: 'GET /api/{id}', save }], /^\[0\]\.save goes with a method that saves/],
    [
      'a GET with a body',
      [{ request: 'GET /api/x', when: { '/a': 'b' }, harmless: true }],
      /^\[0\]\.when looks into a body/,
    ],
    [
      'a POST that reads',
      [{ request: 'POST /api/{id}', read: { id: '{id}' } }],
      /^\[0\]\.read goes with GET/,
    ],
    ['a GET that is a batch', [{ request: 'GET /api/x', batch: { calls: '' } }], /^\[0\]\.batch has a body/],
    [
      'a batch whose paths stand deeper',
      [{ request: 'POST /api/x', batch: { calls: '/a', path: '/b/c' } }],
      /^\[0\]\.batch\.path must be a JSON pointer of one step/,
    ],
    [
      'a batch whose answers fail in two ways',
      [
        {
          request: 'POST /api/x',
          batch: { calls: '/a', answers: { list: '', status: '/status', failed: '/error' } },
        },
      ],
      /^\[0\]\.batch\.answers must say one of status and failed/,
    ],
    ['a name that is not there', [{ request: 'PUT /api/{key}', save }], /^\[0\]\.save\.id is in no braces/],
    ['no record', [{ request: 'PUT /api/x', save: { fields: '' } }], /^\[0\]\.save must say which record/],
    [
      'two ways to its record',
      [{ request: 'PUT /api/{id}', save: { id: '{id}', ids: '/ids' } }],
      /^\[0\]\.save must say which/,
    ],
    [
      'records without ids',
      [{ request: 'PUT /api/x', save: { records: '/items' } }],
      /^\[0\]\.save\.id is missing/,
    ],
    [
      'a create with an id',
      [{ request: 'POST /api/{id}', save: { operation: 'create', id: '{id}' } }],
      /^\[0\]\.save creates/,
    ],
    [
      'one request twice',
      [
        { request: 'PUT /a/{id}', save },
        { request: 'PUT /a/{key}', save: { id: '{key}' } },
      ],
      /^\[1\]\.request is described in DeliveryNotes already/,
    ],
    [
      'the only record beside others',
      [{ request: 'PUT /a', save: { id: 'self' } }],
      /^\[0\] is about the only record/,
    ],
  ];

  it.each(FAULTS)('is told at its place: %s', (_, operations, message) => {
    expect(problemsOf({ operations })).toEqual([expect.stringMatching(message)]);
  });

  it('is that the path is of another dialect, or that a record cannot be read back', () => {
    const crm = { Contacts: { dialect: 'espocrm', path: '/api/v1' } } as const;
    const operations = [{ request: 'POST /api/v1/x/{id}', save }];
    expect(problemsOf({ operations }, crm)).toEqual([
      expect.stringContaining('lies below the path of Contacts'),
    ]);
    const views = [{ request: 'GET /a/{region}/{id}', read: { id: '{id}' } }];
    expect(problemsOf({ operations: views, shapes: 'none' })).toEqual([
      expect.stringContaining('only that of the id is known'),
    ]);
  });

  it('is that a name stands where another module has its path', () => {
    const others = { Contacts: { dialect: 'rest', path: '/api/Contacts' } } as const;
    const taking = [{ request: 'PUT /api/{kind}/{id}', save }];
    expect(problemsOf({ operations: taking }, others)).toEqual([
      expect.stringContaining('could be a request for records of'),
    ]);
    const beside = [
      { request: 'PUT /{tenant}/Notes/{id}', save },
      { request: 'PUT /api/Contacts/{contact}/notes/{id}', save },
    ];
    expect(problemsOf({ operations: beside }, others)).toEqual([]);
  });

  it('is not that all of it is said in bodies, where the module has no other shapes', () => {
    const operations = [
      { request: 'POST /api/rpc', when: { '/method': 'save' }, save: { id: '/id', fields: '/data' } },
    ];
    expect(problemsOf({ path: '/api/rpc', operations })).toEqual([expect.stringContaining('calls by name')]);
    expect(problemsOf({ path: '/api/rpc', shapes: 'none', operations })).toEqual([]);
  });
});
