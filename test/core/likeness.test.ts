import { describe, expect, it } from 'vitest';
import { compileNode } from '../../src/core/criteria/criteria-node.ts';
import { outcomesOf } from '../../src/core/criteria/evaluate.ts';
import { DOUBT, FALSE, TRUE } from '../../src/core/criteria/outcome.ts';
import { wordsBelow } from '../../src/core/likeness/guarded-names.ts';
import { givenIds, mayBecome } from '../../src/core/likeness/likeness.ts';
import { mayBeNumber, plainNumberOf } from '../../src/core/likeness/numbers.ts';
import { namesOfReference } from '../../src/core/likeness/reference.ts';
import { saidOf } from '../../src/core/likeness/said.ts';
import { isDisputed, isFalseToSome, truthOfNumber } from '../../src/core/likeness/truths.ts';
import { decodePercent, undone } from '../../src/core/likeness/undone.ts';
import { factsOf, objectOf } from './a-rule.ts';

describe('what readers may make of a text', () => {
  it.each([
    ['\\u{44}elivered', 'Delivered'],
    ['\\u{00000044}elivered', 'Delivered'],
    ['\\U00000044elivered', 'Delivered'],
    ['\\x44elivered', 'Delivered'],
    ['\\104elivered', 'Delivered'],
    ['De\\u{FFFFFF}livered', 'Delivered'],
    ['De\\UFFFFFFFFlivered', 'Delivered'],
    ['\\ud83d\\ude00', '😀'],
    ['50 % off', '50 % off'],
    ['C:\\files', 'C:files'],
  ])('%j is %j', (text, found) => {
    expect(undone(text)).toBe(found);
  });

  it('percent-encoding of JavaScript and IIS is undone with the usual one', () => {
    expect(decodePercent('%u0044%65')).toBe('De');
    expect(decodePercent('%u0044elivered')).toBe('Delivered');
  });
});

describe('truths', () => {
  it.each([
    ['0', false],
    ['-0', false],
    ['0.0', undefined],
    ['-0.0', undefined],
    ['0.4', undefined],
    ['-0.4', undefined],
    ['1', true],
    ['-1', true],
    ['-2.5', true],
    ['1e-400', undefined],
  ])('the number %s is %s', (lexeme, truth) => {
    expect(truthOfNumber(lexeme)).toBe(truth);
    for (const wanted of [true, false])
      expect(mayBecome({ lexeme }, wanted)).toBe(truth === undefined || truth === wanted);
  });

  it.each([
    ['0 of 2', true],
    ['0x0', true],
    ['0.0e1', true],
    ['5 of 2', false],
    ['none', false],
  ])('%j may be false to some: %s', (text, isFalse) => {
    expect(isFalseToSome(text)).toBe(isFalse);
  });

  it.each([
    ['0.0', true],
    ['00', true],
    ['no', true],
    ['0', false],
    ['1', false],
    ['Open', false],
  ])('readers differ over %j: %s', (text, isInDispute) => {
    expect(isDisputed(text)).toBe(isInDispute);
  });

  it('a number that was stored is what it is, and a new one in a column of truths is in doubt', () => {
    const given = compileNode({ var: 'record.locked' }).node;
    const outcome = (fields: object, stored: object) => outcomesOf(given, factsOf(fields, stored));
    expect(outcome({}, { locked: 0.4 })).toBe(TRUE);
    expect(outcome({ locked: 0.4 }, { locked: true })).toBe(DOUBT);
    expect(outcome({ locked: 0.4 }, { locked: 5 })).toBe(TRUE);
    expect(outcome({ locked: 0 }, { locked: true })).toBe(FALSE);
  });
});

describe('names', () => {
  it.each([
    ['id_customer', ['customer', 'customers', 'customerid', 'idcustomer', 'idcustomerid']],
    ['fk_soc', ['soc', 'socid', 'fksoc']],
    ['fk_contact_id', ['contact', 'contactid']],
    ['contact_ref_id', ['contact', 'contactrefid']],
    ['identity', ['identity']],
  ])('a reference %s is set under %j, too', (field, names) => {
    expect(namesOfReference(field)).toEqual(expect.arrayContaining(names));
  });

  it('a word alone that says how a record is referred to refers to none', () => {
    for (const field of ['id', 'fk'])
      for (const other of ['', 's', 'key', 'uuid']) expect(namesOfReference(field)).not.toContain(other);
    expect(namesOfReference('identity')).not.toContain('entity');
  });

  it('the id of a record stands under its field in each case, and under no other name', () => {
    const ids = (fields: object, idField: string) => givenIds(objectOf(fields), idField);
    for (const name of ['order_id', 'orderId', 'OrderID', 'order-id', 'ORDER_ID'])
      expect(ids({ [name]: '45' }, 'order_id')).toEqual(['45']);
    expect(ids({ 'order_id\u200b': '45' }, 'order_id')).toEqual(['45']);
    expect(ids({ _id: '45', reorder_id: '46' }, 'id')).toEqual([]);
    expect(ids({ _id: '45' }, '_id')).toEqual(['45']);
    expect(ids({ 'data[order_id]': '45' }, 'order_id')).toEqual(['45']);
  });

  it('a field with a mark in its name has a plain value of its own, and in another one its name may stand again', () => {
    const said = (value: unknown) => saidOf({ fields: objectOf({ _level: value }) }, '_level', null);
    expect([said('A').values, said('A').elsewhere.size]).toEqual([['A'], 0]);
    expect(said({ level: 'A' }).values).toEqual([]);
    expect(said({ level: 'A' }).elsewhere.size).toBe(1);
  });

  it.each([
    ['contact', 'contact[email]', 'email'],
    ['contact', 'Contact[Work_Mail][to]', 'workmail/to'],
    ['contact', 'contact[0]', ''],
    ['contact', 'contact[email][0]', ''],
    ['contact', 'contact', ''],
    ['contact', 'other[email]', ''],
  ])('below %s, %s leads on to %j', (meaning, name, below) => {
    expect(wordsBelow(meaning, name)).toBe(below);
  });
});

describe('a text that is too long for a number', () => {
  it('is none that is plain, and may be any', () => {
    expect(plainNumberOf(`${' '.repeat(1000)}5`)).toBeUndefined();
    expect(plainNumberOf(`${' '.repeat(999)}5`)).toBe(5);
    expect(mayBeNumber('x'.repeat(20_000), 5)).toBe(true);
    expect(mayBeNumber('x'.repeat(10_000), 5)).toBe(false);
  });

  it('is in no order that is known, unless it was stored', () => {
    const given = compileNode({ '>': [{ var: 'record.note' }, 'a'] }).node;
    const long = 'b'.repeat(20_000);
    expect(outcomesOf(given, factsOf({ note: long }, { note: 'b' }))).toBe(DOUBT);
    expect(outcomesOf(given, factsOf({}, { note: long })) & TRUE).toBe(TRUE);
    expect(outcomesOf(given, factsOf({}, { note: long })) & DOUBT).toBe(0);
  });
});
