import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNode } from '../../src/core/criteria/criteria-node.ts';
import { outcomesOf } from '../../src/core/criteria/evaluate.ts';
import { type Facts, knownOf } from '../../src/core/criteria/facts.ts';
import { DOUBT, FALSE, TRUE } from '../../src/core/criteria/outcome.ts';
import { jsonOf } from '../../src/core/wire/json.ts';
import { criteriaOf, factsOf, update } from './a-rule.ts';

const TEXTS = [
  ...['Delivered', 'delivered ', 'Open', '', '5', '10', '1,000', '1.000', '9.999', '0', 'off', 'yes', 'f'],
  ...['2026-12-31', '2027-01-01T10:00:00Z', '01/31/2027', 'Express', 'amount', '45'],
];
const scalar = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS),
  fc.constantFrom<unknown>(0, 1, 5, 10, 99.5, 1000, true, false, null),
);
const field = fc.constantFrom('status', 'amount', 'type');
const fact = fc.oneof(
  { weight: 4, arbitrary: field.map((name) => ({ var: `record.${name}` })) },
  { weight: 1, arbitrary: field.map((name) => ({ var: `before.${name}` })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { var: 'caller.role' },
      { var: 'save.operation' },
      { var: 'save.id' },
      { var: 'now' },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(field, scalar).map(([name, other]) => ({ var: [`record.${name}`, other] })),
  },
);

/** Criteria of all operators, as deep as people write them. */
const criteria = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fact,
    scalar,
    fc
      .tuple(fc.constantFrom('+', '*', '-', 'max', 'min', 'cat', '%'), tie('value'), tie('value'))
      .map(([sign, ...operands]) => ({ [sign]: operands })),
    tie('value').map((one) => ({ substr: [one, 0, 3] })),
    fc.tuple(tie('question'), tie('value'), tie('value')).map((parts) => ({ if: parts })),
    fc
      .tuple(fc.constantFrom('and', 'or'), tie('value'), tie('value'))
      .map(([sign, ...operands]) => ({ [sign]: operands })),
  ),
  question: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(
        fc.constantFrom('==', '===', '!=', '!==', '<', '<=', '>', '>=', 'in'),
        tie('value'),
        tie('value'),
      )
      .map(([sign, ...operands]) => ({ [sign]: operands })),
    fc.tuple(fact, fc.array(scalar, { maxLength: 3 })).map((operands) => ({ in: operands })),
    fc.tuple(scalar, fact, scalar).map((operands) => ({ '<=': operands })),
    field.map((name) => ({ changed: name })),
    fc
      .tuple(fc.constantFrom('changed_to', 'changed_from'), field, scalar)
      .map(([kind, ...operands]) => ({ [kind]: operands })),
    fc.array(tie('question'), { minLength: 1, maxLength: 3 }).map((parts) => ({ and: parts })),
    fc.array(tie('question'), { minLength: 1, maxLength: 3 }).map((parts) => ({ or: parts })),
    tie('question').map((part) => ({ '!': part })),
    tie('value').map((part) => ({ '!!': part })),
    fc.tuple(tie('question'), tie('question'), tie('question')).map((parts) => ({ if: parts })),
  ),
})).question;

const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(['Open'], { status: 'Delivered' }, [], { n: 1 }) },
);
const record = (names: readonly string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
const saved = record(['status', 'amount', 'type', 'Status', 'status[]', 'AMOUNT', 'note', 'lines']);
const stored = record(['status', 'amount', 'type', 'note', 'lines']);
const caller = fc
  .constantFrom('', 'rep', 'Delivered')
  .map((role) => ({ ip: '192.0.2.1', user: '', role, claims: new Map() }));

describe('criteria that are decided early', () => {
  it('come out as they would with the stored record, whatever is stored and whoever asks', () => {
    fc.assert(
      fc.property(
        criteria,
        saved,
        fc.option(stored),
        caller,
        fc.nat(),
        (source, fields, before, asker, now) => {
          const { node, faults } = compileNode(source);
          if (faults.length > 0) return;
          const facts: Facts = factsOf(fields, before, { caller: asker, now });
          const whole = outcomesOf(node, facts);
          expect([TRUE, FALSE, DOUBT]).toContain(whole);
          const known = knownOf(facts.save);
          expect(outcomesOf(node, known) & whole).toBe(whole);
          expect(outcomesOf(node, { ...known, caller: asker, request: facts.request }) & whole).toBe(whole);
          if (facts.save.id === null) return;
          const any = knownOf({ ...facts.save, id: '1' });
          expect(outcomesOf(node, { ...any, isAnyRecord: true }) & whole).toBe(whole);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each<[string, unknown, object, boolean]>([
    [
      'an equality with another value',
      { '==': [{ var: 'record.status' }, 'Delivered'] },
      { status: 'Out' },
      false,
    ],
    [
      'the same the other way round',
      { '==': ['Delivered', { var: 'record.status' }] },
      { status: 'Out' },
      false,
    ],
    [
      'an equality with the value',
      { '==': [{ var: 'record.status' }, 'Delivered'] },
      { status: 'delivered' },
      true,
    ],
    [
      'an equality of a field that is not given',
      { '==': [{ var: 'record.status' }, 'Delivered'] },
      { note: 'x' },
      true,
    ],
    [
      'none of several',
      { in: [{ var: 'record.status' }, ['Delivered', 'Closed']] },
      { status: 'Out' },
      false,
    ],
    ['a number below', { '>': [{ var: 'record.amount' }, 1000] }, { amount: 20 }, false],
    [
      'a number that may be another one',
      { '>': [{ var: 'record.amount' }, 1000] },
      { amount: '9.999' },
      true,
    ],
    [
      'a part of a conjunction',
      { and: [{ '==': [{ var: 'record.status' }, 'Delivered'] }, { '>': [{ var: 'before.amount' }, 5] }] },
      { status: 'Out' },
      false,
    ],
    [
      'an alternative that is open',
      { or: [{ '==': [{ var: 'record.status' }, 'Delivered'] }, { '>': [{ var: 'before.amount' }, 5] }] },
      { status: 'Out' },
      true,
    ],
    [
      'a condition that is decided',
      { if: [{ '==': [{ var: 'record.status' }, 'Out'] }, false, true] },
      { status: 'Out' },
      false,
    ],
    ['a negation', { '!': { '!=': [{ var: 'record.status' }, 'Delivered'] } }, { status: 'Out' }, false],
    [
      'a product',
      { '>': [{ '*': [{ var: 'record.qty' }, { var: 'record.price' }] }, 1000] },
      { qty: 2, price: 3 },
      false,
    ],
    [
      'a name in another spelling',
      { '==': [{ var: 'record.status' }, 'Delivered'] },
      { Status: 'Out' },
      true,
    ],
  ])('%s', (_, source, fields, may) => {
    expect(criteriaOf(source).mayHold(knownOf(update(fields)))).toBe(may);
  });

  it('a list and an object in the save are no reason to read what is stored', () => {
    const fields = {
      status: 'Out',
      lines: [{ sku: 'a', qty: 2 }],
      address: { city: 'Rome', zip: jsonOf('1') },
    };
    expect(
      criteriaOf({ '==': [{ var: 'record.status' }, 'Delivered'] }).mayHold(knownOf(update(fields))),
    ).toBe(false);
  });
});
