import { describe, expect, it } from 'vitest';
import { nestingOf } from '../../src/core/nesting/compile.ts';
import { unfold } from '../../src/core/nesting/unfold.ts';
import type { Rule } from '../../src/core/rule/rule.ts';
import type { ModuleDefinition } from '../../src/core/saving/module.ts';
import type { Save } from '../../src/core/saving/save.ts';
import { isObject, type Json, jsonOf } from '../../src/core/wire/json.ts';
import { writeJson } from '../../src/core/wire/write-json.ts';
import { aRule } from './a-rule.ts';

const rest = (name: string, more: Partial<ModuleDefinition> = {}): ModuleDefinition =>
  ({
    name,
    dialect: 'rest',
    path: `/api/${name.toLowerCase()}`,
    fields: '',
    record: '',
    idField: 'id',
    ids: 'any',
    lists: 'refuse',
    ...more,
  }) as ModuleDefinition;

/** Deliveries refer to their customer by `customer`; over there, `deliveries` sets it. */
const RULE: Rule = {
  ...aRule,
  module: 'Deliveries',
  send: {
    ...aRule.send,
    to: [
      {
        channel: 'email',
        address: {
          kind: 'related',
          via: 'customer',
          module: 'Customers',
          field: 'email',
          reverse: ['deliveries'],
        },
      },
    ],
  },
};

const MODULES = [
  rest('Customers', { values: ['address'] }),
  rest('Deliveries', {
    relations: {
      customer: 'Customers',
      items: 'Items',
      carrier: { module: 'Carriers', field: 'carrier_id' },
    },
  }),
  rest('Items'),
  rest('Carriers'),
];

const factsOf = () => ({
  idField: 'id',
  idOf: (text: string) => text,
  listsAreValues: false,
  isOwn: () => false,
});

const NESTING = nestingOf(MODULES, [RULE], factsOf);

function saveOf(module: string, fields: object, id: string | null = '9'): Save {
  const json = jsonOf(fields);
  const operation = id === null ? 'create' : 'update';
  return { module, operation, id, fields: isObject(json) ? json : new Map<string, Json>() };
}

/** `update Deliveries/45 {"status":"delivered"}`. */
const told = (saves: readonly Save[]) =>
  saves.map(
    ({ module: name, operation, id, fields }) => `${operation} ${name}/${id ?? ''} ${writeJson(fields)}`,
  );

/** The saves beside the request's own. */
const others = (module: string, fields: object, id: string | null = '9') =>
  told(unfold([saveOf(module, fields, id)], NESTING).saves).slice(1);

const UPDATED = 'update Deliveries/45 {"status":"delivered","customer":"9"}';
const LINKED = 'update Deliveries/45 {"customer":"9"}';
const UNLINKED = 'update Deliveries/45 {"customer":null}';
const CREATED = 'create Deliveries/ {"status":"delivered","customer":"9"}';
const DELETED = 'delete Deliveries/45 {}';

describe('a record in a member of another one is a save of its own', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['a list of records', [{ id: '45', status: 'delivered' }], [UPDATED]],
    ['a list of ids', ['45'], [LINKED]],
    ['numbers for ids', [45], [LINKED]],
    ['a record without an id', [{ status: 'delivered' }], [CREATED]],
    ['an id that is none yet', [{ id: 0, status: 'delivered' }], [CREATED]],
    ["Directus' update", { create: [], update: [{ id: '45', status: 'delivered' }], delete: [] }, [UPDATED]],
    ["Directus' create", { create: [{ status: 'delivered' }] }, [CREATED]],
    ["Directus' delete", { delete: ['45'] }, [DELETED]],
    ["Strapi's connect", { connect: ['45'] }, [LINKED]],
    ["Strapi's connect with a place", { connect: [{ id: '45', position: { end: true } }] }, [LINKED]],
    ["Strapi's disconnect", { disconnect: [{ id: '45' }] }, [UNLINKED]],
    ["Strapi's set", { set: [{ id: '45' }] }, [LINKED]],
    ["Prisma's update", { update: [{ where: { id: '45' }, data: { status: 'delivered' } }] }, [UPDATED]],
    ["Prisma's update of one", { update: { where: { id: '45' }, data: { status: 'delivered' } } }, [UPDATED]],
    [
      "Prisma's upsert",
      { upsert: { where: { id: '45' }, update: { status: 'delivered' }, create: { status: 'delivered' } } },
      [UPDATED, CREATED],
    ],
    [
      "Prisma's connectOrCreate",
      { connectOrCreate: { where: { id: '45' }, create: { status: 'delivered' } } },
      [LINKED, CREATED],
    ],
    ["Prisma's createMany", { createMany: { data: [{ status: 'delivered' }] } }, [CREATED]],
    ['JSON:API identifiers', { data: [{ id: '45' }] }, [LINKED]],
    [
      'JSON:API resources',
      { data: [{ type: 'x', id: '45', attributes: { status: 'delivered' } }] },
      ['update Deliveries/45 {"type":"x","status":"delivered","customer":"9"}'],
    ],
    [
      "Parse's operation",
      { __op: 'AddRelation', objects: [{ __type: 'Pointer', className: 'D', id: '45' }] },
      [LINKED],
    ],
    [
      "Parse's removal",
      { __op: 'RemoveRelation', objects: [{ __type: 'Pointer', className: 'D', id: '45' }] },
      [UNLINKED],
    ],
    ['the places of a list in a form', { 0: { id: '45', status: 'delivered' } }, [UPDATED]],
    [
      'a record in a record',
      [{ id: '45', items: [{ id: '3', sku: 'a' }] }],
      ['update Items/3 {"sku":"a"}', 'update Deliveries/45 {"items":[{"id":"3","sku":"a"}],"customer":"9"}'],
    ],
  ])('%s', (_, deliveries, wanted) => {
    expect(others('Customers', { deliveries }).toSorted()).toEqual([...wanted].toSorted());
  });

  it('Rails writes them under another name', () => {
    const found = (item: object) => others('Customers', { deliveries_attributes: { 0: item } });
    expect(found({ id: '45', status: 'delivered' })).toEqual([UPDATED]);
    expect(found({ id: '45', _destroy: '1' })).toEqual([DELETED]);
    expect(found({ id: '45', status: 'delivered', _destroy: '0' })).toEqual([UPDATED]);
  });

  it('OData names them by their address', () => {
    expect(others('Customers', { 'deliveries@odata.bind': ["/odata/Deliveries('45')"] })).toEqual([LINKED]);
    expect(others('Customers', { 'deliveries@odata.bind': 'Deliveries(45)' })).toEqual([LINKED]);
    const removed = [{ '@removed': { reason: 'changed' }, id: '45' }];
    expect(others('Customers', { 'deliveries@delta': removed })).toEqual([UNLINKED]);
  });

  it('a new record has no id to be referred to by yet, which is another one than any that is stored', () => {
    expect(others('Customers', { email: 'x', deliveries: ['45'] }, null)).toEqual([
      'update Deliveries/45 {"customer":{}}',
    ]);
  });
});

describe("a record's own reference is judged as the field that stores it", () => {
  it.each<[string, object, string, readonly string[]]>([
    ['an id', { customer: '8' }, '{"customer":"8"}', []],
    ['an object with an id', { customer: { id: '8' } }, '{"customer":"8"}', []],
    [
      'and fields',
      { customer: { id: '8', name: 'x' } },
      '{"customer":"8"}',
      ['update Customers/8 {"name":"x"}'],
    ],
    ['a new one', { customer: { name: 'x' } }, '{"customer":{}}', ['create Customers/ {"name":"x"}']],
    ['none', { customer: null }, '{"customer":null}', []],
    ['an empty object', { customer: {} }, '{"customer":null}', []],
    ['a connection', { customer: { connect: ['8'] } }, '{"customer":"8"}', []],
    ['an end of it', { customer: { disconnect: ['8'] } }, '{"customer":null}', []],
    [
      'a change over there',
      { customer: { update: { id: '8', name: 'x' } } },
      '{"customer":"8"}',
      ['update Customers/8 {"name":"x"}'],
    ],
    [
      'under the name that is stored',
      { carrier: { id: '4' } },
      '{"carrier":{"id":"4"},"carrier_id":"4"}',
      [],
    ],
  ])('%s', (_, fields, own, wanted) => {
    const { saves } = unfold([saveOf('Deliveries', fields, '45')], NESTING);
    expect(told(saves)).toEqual([`update Deliveries/45 ${own}`, ...wanted]);
  });
});

describe('whom a list leaves out is known by what is stored', () => {
  it.each<[string, unknown, readonly string[] | undefined]>([
    ['a list', ['45', { id: '46' }], ['45', '46']],
    ['an empty list', [], []],
    ['nothing', null, []],
    ['an empty object', {}, []],
    ['a set', { set: ['45'] }, ['45']],
    ['actions leave nobody out', { connect: ['45'] }, undefined],
  ])('%s', (_, deliveries, kept) => {
    const { lists } = unfold([saveOf('Customers', { deliveries })], NESTING);
    expect(lists.map((list) => list.kept)).toEqual(kept ? [kept] : []);
  });
});

describe('what cannot be read, or is declared nowhere, is a doubt', () => {
  it.each<[string, string, object, string, readonly string[]]>([
    ['an object', 'Customers', { extra: { a: 1 } }, 'undeclared-nesting', ['extra']],
    ['a list', 'Customers', { tags: ['a'] }, 'undeclared-nesting', ['tags']],
    ['an empty list', 'Customers', { tags: [] }, 'undeclared-nesting', ['tags']],
    [
      'a step into an object',
      'Customers',
      { 'shipments[0].status': 'x' },
      'undeclared-nesting',
      ['shipments'],
    ],
    [
      'a path to a related record',
      'Deliveries',
      { 'customer.email': 'x' },
      'undeclared-nesting',
      ['customer'],
    ],
    ['an address', 'Customers', { 'Parcels@odata.bind': 'P(1)' }, 'undeclared-nesting', ['Parcels']],
    ['below', 'Customers', { deliveries: [{ id: '45', more: {} }] }, 'undeclared-nesting', ['more']],
    [
      'a filter',
      'Customers',
      { deliveries: { updateMany: { where: {}, data: {} } } },
      'request-unreadable',
      ['deliveries'],
    ],
    [
      'a change of nobody',
      'Customers',
      { deliveries: { update: { status: 'x' } } },
      'request-unreadable',
      ['deliveries'],
    ],
    [
      'another name for the id',
      'Customers',
      { deliveries: [{ documentId: 'a' }] },
      'request-unreadable',
      ['deliveries'],
    ],
    ['two ids', 'Customers', { deliveries: [{ id: '45', ID: '46' }] }, 'request-unreadable', ['deliveries']],
    ['an id that is a path', 'Customers', { deliveries: ['../45'] }, 'request-unreadable', ['deliveries']],
    [
      'an action beside fields',
      'Customers',
      { deliveries: { update: [], status: 'x' } },
      'request-unreadable',
      ['deliveries'],
    ],
    [
      'names that can be ids',
      'Customers',
      { deliveries: { 45: { note: 'x' } } },
      'request-unreadable',
      ['deliveries'],
    ],
    ['commands in lists', 'Customers', { deliveries: [[1, 45, {}]] }, 'request-unreadable', ['deliveries']],
    [
      'another owner inside',
      'Customers',
      { deliveries: [{ id: '45', customer: '8' }] },
      'request-unreadable',
      ['deliveries'],
    ],
    [
      'two owners',
      'Deliveries',
      { customer: { id: '8' }, Customer: '9' },
      'request-unreadable',
      ['customer'],
    ],
  ])('%s', (_, module, fields, slug, names) => {
    const { doubt } = unfold([saveOf(module, fields)], NESTING);
    expect(doubt).toMatchObject({ slug, fields: names });
  });

  it('a column is none, whatever stands in it', () => {
    const { doubt, saves } = unfold([saveOf('Customers', { address: { status: 'delivered' } })], NESTING);
    expect(doubt).toBeUndefined();
    expect([...(saves[0]?.closed ?? [])]).toEqual(['address']);
  });
});
