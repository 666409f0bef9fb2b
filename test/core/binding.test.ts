import { describe, expect, it } from 'vitest';
import { boundText } from '../../src/core/rule/binding.ts';
import { confirmedFieldsOf } from '../../src/core/rule/confirmed-fields.ts';
import type { BindingKind, Rule } from '../../src/core/rule/rule.ts';
import type { Save } from '../../src/core/saving/save.ts';
import { aRule, criteriaOf, objectOf, update } from './a-rule.ts';

const before = objectOf({ status: 'Created', phone: '+551', amount: 5, note: 'x' });
const fields = ['status', 'phone', 'amount'];
const text = (kind: BindingKind, save: Save) =>
  boundText({ kind, fields, save, before: save.operation === 'create' ? null : before });
const create = (values: object) => update(values, { operation: 'create', id: null });
const remove = update({}, { operation: 'delete' });

describe('a code is good for', () => {
  it.each<[string, BindingKind, Save, Save]>([
    [
      'the same values in another order',
      'change',
      update({ status: 'D', phone: '+552' }),
      update({ phone: '+552', status: 'D' }),
    ],
    [
      'a stored value that is repeated',
      'change',
      update({ status: 'D' }),
      update({ status: 'D', phone: '+551' }),
    ],
    [
      'a stored value that is repeated in another form',
      'change',
      update({ status: 'D' }),
      update({ status: 'D', amount: '5' }),
    ],
    ['other values of other fields', 'change', update({ status: 'D' }), update({ status: 'D', note: 'y' })],
    [
      'the same save in another order',
      'body',
      update({ a: 1, b: { c: 1, d: 2 } }),
      update({ b: { d: 2, c: 1 }, a: 1 }),
    ],
    ['any save of the record', 'record', update({ note: 'x' }), update({ note: 'y', other: 1 })],
    ['the same create', 'change', create({ status: 'D', note: 1 }), create({ note: 1, status: 'D' })],
  ])('%s (%s)', (_what, kind, one, other) => {
    expect(text(kind, other)).toBe(text(kind, one));
  });
});

describe('a code is not good for', () => {
  it.each<[string, BindingKind, Save, Save]>([
    ['another value', 'change', update({ status: 'D' }), update({ status: 'E' })],
    [
      'another value of a field that was left',
      'change',
      update({ status: 'D' }),
      update({ status: 'D', phone: '+552' }),
    ],
    [
      'a number that is no longer the stored one',
      'change',
      update({ status: 'D' }),
      update({ status: 'D', amount: '5.5' }),
    ],
    ['a value of another type', 'change', update({ status: '2' }), update({ status: 2 })],
    [
      'a second value under a like name',
      'change',
      update({ status: 'D' }),
      update({ status: 'D', Status: 'E' }),
    ],
    [
      'two values instead of a list',
      'change',
      update({ status: ['D', 'E'] }),
      update({ status: 'D', Status: 'E' }),
    ],
    ['a delete', 'change', update({}), remove],
    ['a delete, bound by its body', 'body', update({}), remove],
    ['a delete, bound by its record', 'record', update({}), remove],
    ['another address, bound by its record', 'record', update({}), update({ phone: '+552' })],
    ['another field', 'body', update({ status: 'D' }), update({ status: 'D', note: 'y' })],
    ['an empty value instead of none', 'body', update({ a: null }), update({})],
    ['another list', 'body', update({ a: [1, 2] }), update({ a: [2, 1] })],
    ['another create', 'change', create({ status: 'D', note: 1 }), create({ status: 'D', note: 2 })],
    [
      'values that only look like it when put together',
      'change',
      update({ status: 'D"],"phone":["x' }),
      update({ status: 'D', phone: 'x' }),
    ],
  ])('%s (%s)', (_what, kind, one, other) => {
    expect(text(kind, other)).not.toBe(text(kind, one));
  });
});

it('the kinds of binding are told apart', () => {
  const save = update({ status: 'D', phone: '+551' });
  expect(new Set(['change', 'body', 'record'].map((kind) => text(kind as BindingKind, save))).size).toBe(3);
});

describe('a code for a change is about', () => {
  const when = criteriaOf({ or: [{ changed: 'status' }, { changed: 'contact_id' }] });
  const rule: Rule = { ...aRule, binds: 'change', when };
  const stored = objectOf({ status: 'Created', contact_id: '9', contact: { id: '9' }, note: 'x' });

  it.each([
    ['the field, however it is spelled', { Status: 'D', note: 'y' }, ['Status']],
    ['a reference by another of its names', { contact: '8', note: 'y' }, ['contact']],
    [
      'no record that a reference shows, as it is stored',
      { contact_id: '8', contact: { id: '9' } },
      ['contact_id'],
    ],
    [
      'all where the record that a reference shows is another one',
      { contact: { id: '8' }, note: 'y' },
      ['contact', 'note'],
    ],
  ])('%s', (_what, said, about) => {
    expect([...confirmedFieldsOf(rule, update(said), stored).keys()]).toEqual(about);
  });
});
