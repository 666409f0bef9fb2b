import { describe, expect, it } from 'vitest';
import { candidatesOf, nestedCandidatesOf } from '../../src/core/likeness/likeness.ts';
import { isObject, type JsonObject, jsonOf } from '../../src/core/wire/json.ts';

function fieldsOf(value: unknown): JsonObject {
  const fields = jsonOf(value);
  if (!isObject(fields)) throw new Error('an object was expected');
  return fields;
}

describe('a name that some reader takes for the field', () => {
  it.each([
    ['status', 'status'],
    ['Status', 'status'],
    [' status', 'status'],
    ['ticket.status', 'status'],
    ['ticket[status]', 'status'],
    ["map['status']", 'status'],
    ['map["status"]', 'status'],
    ['!status', 'status'],
    ['status:string', 'status'],
    ['form:status', 'status'],
    ['ctl00$Main$status', 'status'],
    ['status(1)', 'status'],
    ['/status', 'status'],
    ['ticket[status', 'ticket_status'],
    ['ticket[status', 'status'],
    ['ticket.status', 'ticket_status'],
    ['tıcket', 'ticket'],
  ])('%j for %s', (name, field) => {
    expect(candidatesOf(fieldsOf({ [name]: 'Delivered' }), field)).toEqual(['Delivered']);
  });

  it.each([
    ['substatus', 'status'],
    ['status_note', 'status'],
    ['ticket-status', 'status'],
  ])('and %j is none for %s', (name, field) => {
    expect(candidatesOf(fieldsOf({ [name]: 'Delivered' }), field)).toEqual([]);
  });
});

it('all values that a save gives a field are found, the exact name first', () => {
  expect(candidatesOf(fieldsOf({ STATUS: 'a', status: 'b', 'x.status': 'c' }), 'status')).toEqual([
    'b',
    'a',
    'c',
  ]);
});

describe('texts below other fields', () => {
  const nested = (fields: unknown, before: unknown = {}) =>
    nestedCandidatesOf(fieldsOf(fields), 'status', fieldsOf(before));

  it.each([
    ['in a wrapper', { update: { status: 'Delivered' } }],
    ['in a list', { updates: [{ status: 'Delivered' }] }],
    ['on the third level', { a: { b: { Status: 'Delivered' } } }],
    ['under a path', { a: { 'fields.status': 'Delivered' } }],
  ])('are found %s', (_, fields) => {
    expect(nested(fields)).toEqual(['Delivered']);
  });

  it.each([
    ['numbers, of which an order has many', { lines: [{ status: 2 }, { status: '3' }, { status: true }] }],
    ['the field itself', { status: 'Delivered' }],
    ['a text that only holds the word', { notes: '{"status":"Delivered"}' }],
  ])('but not %s', (_, fields) => {
    expect(nested(fields)).toEqual([]);
  });

  it('what is stored just so is left out', () => {
    const lines = [{ status: 'Delivered', n: 1 }];
    expect(nested({ lines }, { lines: [{ n: 1, status: 'Delivered' }] })).toEqual([]);
    expect(nested({ lines }, { lines: [{ n: 2, status: 'Delivered' }] })).toEqual(['Delivered']);
  });
});
