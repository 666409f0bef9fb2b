import { expect, test } from 'vitest';
import type { Row } from '../../src/core/ledger/row.ts';
import { ruleRowOf } from '../../src/gate/refusals/rule-row.ts';
import { aRule } from '../core/a-rule.ts';
import { fullRow } from '../stores/full-row.ts';

test('a row tells where a code went and what became of it, and where nobody may learn who is there, neither', () => {
  const { code, ...row } = fullRow('k', 1);
  if (!code) throw new Error('the row has no code');
  const living: Row = { ...row, code: { ...code, delivery: { status: 'delivered', at: code.issuedAt } } };
  const namesOf = (hides: boolean) =>
    Object.keys(ruleRowOf({ ...aRule, hides }, living, code.issuedAt, 'held'));
  const told = ['channel', 'sent_to', 'delivery'];
  expect(namesOf(false)).toEqual(expect.arrayContaining(told));
  expect(namesOf(true)).toEqual(namesOf(false).filter((name) => !told.includes(name)));
});
