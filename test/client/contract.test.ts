import { expect, expectTypeOf, it } from 'vitest';
import { type RuleRow, SLUGS, type Slug } from '../../src/contract.ts';
import {
  type RuleRow as AnsweredRow,
  type Slug as AnsweredSlug,
  STATUS_OF,
} from '../../src/core/verdict/problem.ts';

it('the contract names every refusal that the gateway has, and no other', () => {
  expect([...SLUGS].sort()).toEqual(Object.keys(STATUS_OF).sort());
  expectTypeOf<Slug>().toEqualTypeOf<AnsweredSlug>();
});

it('a row of an answer is one of the contract', () => {
  expectTypeOf<keyof AnsweredRow>().toEqualTypeOf<keyof RuleRow>();
  expectTypeOf<AnsweredRow['result']>().toEqualTypeOf<RuleRow['result']>();
  expectTypeOf<Omit<AnsweredRow, 'values'>>().toExtend<Omit<RuleRow, 'values'>>();
});
