import { describe, expect, test } from 'vitest';
import { impliedBy } from '../../src/core/criteria/implied.ts';
import { planSave } from '../../src/core/rule/planned-save.ts';
import { aRule, criteriaOf, objectOf } from './a-rule.ts';

const DELIVERED = { changed_to: ['status', 'Delivered'] };
const CLOSED = { changed_to: ['status', 'Closed'] };
const LARGE = { '>': [{ var: 'record.amount' }, 100] };

const CASES: readonly (readonly [name: string, source: unknown, values: object, open: readonly string[]])[] =
  [
    ['a state that is entered', DELIVERED, { status: 'Delivered' }, []],
    ['an equality', { '==': [{ var: 'record.status' }, 'Delivered'] }, { status: 'Delivered' }, []],
    [
      'an equality the other way round',
      { '===': [2, { var: ['record.stage', 0] }] },
      { stage: { lexeme: '2' } },
      [],
    ],
    ['an equality of two fields', { '==': [{ var: 'record.a' }, { var: 'before.a' }] }, {}, []],
    ['an equality of a member', { '==': [{ var: 'record.a.b' }, 1] }, {}, []],
    ['what is stored', { '==': [{ var: 'before.status' }, 'Open'] }, {}, []],
    ['a change', { changed: 'iban' }, {}, ['iban']],
    ['a state that is left', { changed_from: ['status', 'Open'] }, {}, ['status']],
    ['a comparison', LARGE, {}, []],
    ['a negation', { '!': [DELIVERED] }, {}, []],
    ['a state and a comparison', { and: [DELIVERED, LARGE] }, { status: 'Delivered' }, []],
    ['a state and its change', { and: [{ changed: 'status' }, DELIVERED] }, { status: 'Delivered' }, []],
    [
      'a state and another change',
      { and: [DELIVERED, { changed: 'iban' }] },
      { status: 'Delivered' },
      ['iban'],
    ],
    ['two states at once', { and: [DELIVERED, CLOSED] }, { status: 'Delivered' }, ['status']],
    ['one of two states', { or: [DELIVERED, CLOSED] }, {}, ['status']],
    ['the same state twice', { or: [DELIVERED, { and: [DELIVERED, LARGE] }] }, { status: 'Delivered' }, []],
    ['a state or a change', { or: [DELIVERED, { changed: 'iban' }] }, { status: 'Delivered' }, []],
    ['a change or another', { or: [{ changed: 'iban' }, { changed: 'bic' }] }, {}, ['iban']],
    ['always', true, {}, []],
  ];

test.each(CASES)('%s implies what it names', (_, source, values, open) => {
  const implied = impliedBy(source);
  expect(Object.fromEntries(implied.values)).toEqual(values);
  expect(implied.open).toEqual(open);
});

describe('a planned save', () => {
  const planOf = (when: unknown, given: object, changes: Partial<typeof aRule> = {}) => {
    const plan = planSave({ ...aRule, when: criteriaOf(when), ...changes }, '45', objectOf(given));
    return plan.ok ? Object.fromEntries(plan.save.fields) : plan.fields;
  };

  test('has the values that are given, where the rule applies to them', () => {
    expect(planOf(DELIVERED, { status: 'Delivered', note: 'x' })).toEqual({ status: 'Delivered', note: 'x' });
    expect(planOf({ or: [DELIVERED, { changed: 'iban' }] }, { iban: 'DE1' })).toEqual({ iban: 'DE1' });
    expect(planOf(DELIVERED, { email: 'new@example.com' })).toEqual({ email: 'new@example.com' });
  });

  test('has what the criteria imply beside what is given, where they need both', () => {
    const both = { and: [DELIVERED, { changed: 'iban' }] };
    expect(planOf(both, { iban: 'DE1' })).toEqual({ status: 'Delivered', iban: 'DE1' });
    expect(planOf(both, {})).toEqual(['iban']);
    expect(planOf(both, { note: 'x' })).toEqual(['iban']);
    const either = { and: [DELIVERED, { or: [{ changed: 'iban' }, { changed: 'bic' }] }] };
    expect(planOf(either, { bic: 'COBADEFFXXX' })).toEqual({ status: 'Delivered', bic: 'COBADEFFXXX' });
    expect(planOf(either, {})).toEqual(['iban']);
  });

  test('is wanted where the values that are given are none of the rule', () => {
    expect(planOf({ changed: 'iban' }, { note: 'x' })).toEqual(['iban']);
    expect(planOf(LARGE, {})).toEqual(['amount']);
    expect(planOf({ and: [LARGE, { changed: 'iban' }] }, {})).toEqual(['iban']);
  });

  test('of a deletion or a read has no values', () => {
    for (const on of ['delete', 'read'] as const)
      expect(planOf(LARGE, { amount: 1 }, { on: new Set([on]) })).toEqual({});
  });

  test('needs none where the criteria read no field', () => {
    expect(planOf(true, {})).toEqual({});
    expect(planOf({ '!=': [{ var: 'caller.role' }, 'manager'] }, {})).toEqual({});
  });
});
