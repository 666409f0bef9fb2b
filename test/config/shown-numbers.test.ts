import { describe, expect, test } from 'vitest';
import { aRule, told } from './example.ts';

const to = [{ channel: 'email', address: 'email' }];
const amount = { var: 'record.amount' };
const above = { '>': [amount, 1000] };
const saidOf = (when: unknown, send: object = {}) =>
  told({ rules: [aRule({ when, send: { to, message: '{{code}} for {{ record.amount }}', ...send } })] });

describe('a number that decides and that a message may leave out is warned about', () => {
  test.each<[string, unknown]>([
    ['compared with a number', above],
    ['compared with a number in a text', { '>=': [amount, '1000'] }],
    ['compared with what is stored', { '<': [{ var: 'before.amount' }, amount] }],
    ['equal to a number', { and: [{ changed: 'status' }, { '==': [amount, 5] }] }],
    ['become a number', { changed_to: ['amount', 5] }],
    ['calculated with', { '>': [{ '*': [amount, { var: 'record.rate' }] }, { var: 'record.limit' }] }],
  ])('%s', (_, when) => {
    expect(saidOf(when)).toContain('warning  rules[0].send.verbatim: lacks amount, a number in the criteria');
  });

  test('where the text has it under another spelling of its name', () => {
    const message = '{{code}} for {{record.totalAmount}}';
    const when = { '>': [{ var: 'record.total_amount' }, 1000] };
    expect(saidOf(when, { message })).toContain('lacks total_amount, a number in the criteria');
    expect(saidOf(when, { message, verbatim: ['totalAmount'] })).toBe('');
  });

  test.each<[string, unknown, object]>([
    ['where it is verbatim', above, { verbatim: ['amount'] }],
    ['where no text shows it', above, { message: '{{code}} for {{record.amounts}}' }],
    ['where it is a text', { '==': [amount, 'high'] }, {}],
    ['where it is a date', { '>': [amount, '2026-12-31'] }, {}],
    ['where it is a part of a text', { '==': [{ substr: [amount, 0, 2] }, 'DE'] }, {}],
    ['where it only changes', { changed: 'amount' }, {}],
  ])('and nothing is said %s', (_, when, send) => {
    expect(saidOf(when, send)).toBe('');
  });
});
