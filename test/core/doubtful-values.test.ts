import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criteriaOf, factsOf } from './a-rule.ts';

const amount = { var: 'record.amount' };
const above = { '>': [amount, 100] };
const stored = {
  amount: '5',
  limit: '900.00',
  level: '1',
  due: '2026-11-01',
  blocked: true,
  active: '1',
  note: 'x',
};
const applies = (source: unknown, fields: object, before: object = stored) =>
  criteriaOf(source).hold(factsOf(fields, before));

describe('a value that two systems read differently makes the rule apply', () => {
  it.each<[string, unknown, object]>([
    ...[
      '1,000',
      '9.999',
      '1,00,000',
      '1 0',
      '1_0',
      '$5',
      '€9999',
      '٣',
      '1.000',
      '500-',
      '0x1f',
      '010',
      '1e1',
      '½',
      'x',
    ].map((text): [string, unknown, object] => [`${text}, in a comparison`, above, { amount: text }]),
    ['a number below its negation', { '!': above }, { amount: '9.999' }],
    ['a number that is exempt below a limit', { '!': { '<': [amount, 10_000] } }, { amount: '9.999' }],
    ['a number of another digit set in an equality', { '==': [amount, 3] }, { amount: '٣' }],
    ['an equality that some find', { '!=': [amount, 1] }, { amount: '1.000' }],
    ['a product', { '>': [{ '*': [amount, { var: 'record.price' }] }, 1000] }, { amount: '1,000', price: 1 }],
    ['a sum', { '>': [{ '+': [amount, 1] }, 1000] }, { amount: '1 000' }],
    ['the larger of two', { '>': [{ max: [amount, 1] }, 1000] }, { amount: '1,000' }],
    ['a remainder', { '==': [{ '%': [amount, 2] }, 0] }, { amount: '1,000' }],
    ['a condition', { if: [above, true, false] }, { amount: '1,000' }],
    ['decimals as texts', { '>': [{ var: 'record.limit' }, { var: 'before.limit' }] }, { limit: '1000.00' }],
    ['a threshold that is a text', { '>=': [{ var: 'record.level' }, '5'] }, { level: '10' }],
    ['between two texts', { '<=': ['10', { var: 'record.level' }, '200'] }, { level: '30' }],
    ['texts that are above as texts only', { '>': [{ var: 'record.level' }, '10'] }, { level: '9' }],
    ['more digits than a float has', above, { amount: '99999999999999999' }],
    ...['01/31/2027', '01.02.2027', '20270131', '2027-1-31', '31 Jan 2027', '2027-02-31', 'tomorrow'].map(
      (text): [string, unknown, object] => [
        `the date ${text}`,
        { '>': [{ var: 'record.due' }, '2026-12-31'] },
        { due: text },
      ],
    ),
    ...['01/31/2027', '31.1.2027', '2027-1-31', '20270131', '2027-01-30T23:00:00-05:00', 1801353600].map(
      (value): [string, unknown, object] => [
        `${value}, where a date is wanted`,
        { changed_to: ['due', '2027-01-31'] },
        { due: value },
      ],
    ),
    [
      'a date in another form in an equality',
      { '==': [{ var: 'record.due' }, '2027-01-31'] },
      { due: '1/31/2027' },
    ],
    ['a date as a number', { '>': [{ var: 'record.due' }, '2026-12-31'] }, { due: 1801353600 }],
    [
      'a time on the last day',
      { '>': [{ var: 'record.due' }, '2026-12-31'] },
      { due: '2026-12-31T23:30:00-05:00' },
    ],
    ...['0', 'false', 'off', 'no', 'NO', ' Off ', 'f', 'n', '0.0', '00', '0,0', '٠', 'null', ' '].flatMap(
      (text): [string, unknown, object][] => [
        [`${JSON.stringify(text)} in !`, { '!': [{ var: 'record.blocked' }] }, { blocked: text }],
        [`${JSON.stringify(text)} in !!`, { '!!': [{ var: 'record.blocked' }] }, { blocked: text }],
        [
          `${JSON.stringify(text)} in if`,
          { if: [{ var: 'record.blocked' }, false, true] },
          { blocked: text },
        ],
        [
          `${JSON.stringify(text)} in and`,
          { '!': { and: [{ var: 'record.blocked' }, true] } },
          { blocked: text },
        ],
        [
          `${JSON.stringify(text)} in or`,
          { '!': { or: [{ var: 'record.blocked' }, false] } },
          { blocked: text },
        ],
      ],
    ),
    ['a text where a truth is stored', { '!': [{ var: 'record.blocked' }] }, { blocked: 'nope' }],
    ['two steps to a truth', { '!': [{ '!!': [{ var: 'record.active' }] }] }, { active: 'off' }],
    ['the number 0 where nothing is wanted', { changed_to: ['note', null] }, { note: false }],
    [
      'a loosely exempt clause',
      { and: [{ changed: 'note' }, { '!': { changed_to: ['note', 'Draft'] } }] },
      { note: 'draft ' },
    ],
  ])('%s', (_, source, fields) => {
    expect(applies(source, fields)).toBe(true);
  });
});

describe('and what all systems read in one way does not', () => {
  it.each<[string, unknown, object, object?]>([
    ...[99.5, '99.50', '99', ' 20 ', '+20', 0, '', null, true].map((value): [string, unknown, object] => [
      `${value}, below the limit`,
      above,
      { amount: value },
    ]),
    ['a number that is above, in an exemption', { '!': above }, { amount: 101 }],
    ['a stored number of the CRM in its own spelling', above, { note: 'y' }, { amount: '12.500' }],
    ['the same sent back', above, { amount: '12.500' }, { amount: '12.500' }],
    [
      'two texts that are numbers, the new one lower',
      { '>': [{ var: 'record.limit' }, { var: 'before.limit' }] },
      { limit: '800.00' },
    ],
    [
      'a date of the stored form, before the limit',
      { '>': [{ var: 'record.due' }, '2026-12-31'] },
      { due: '2026-10-01' },
    ],
    [
      'a time some days before the limit',
      { '>': [{ var: 'record.due' }, '2026-12-31'] },
      { due: '2026-10-01T10:00:00Z' },
    ],
    ['another day where one is wanted', { changed_to: ['due', '2027-01-31'] }, { due: '2027-01-30' }],
    [
      'another time where a day is wanted',
      { changed_to: ['due', '2027-01-31'] },
      { due: '2027-01-11T10:00:00Z' },
    ],
    ['a word where a day is wanted', { changed_to: ['due', '2027-01-31'] }, { due: 'open' }],
    [
      'a stored date in the form of the CRM',
      { '==': [{ var: 'record.due' }, '2027-01-31'] },
      { note: 'y' },
      { due: '15/01/2027' },
    ],
    ['no date', { '>': [{ var: 'record.due' }, '2026-12-31'] }, { due: null }],
    ...['true', '1', 'on', 'yes', 'YES', true, 1].map((value): [string, unknown, object] => [
      `${value}, which is true`,
      { '!': [{ var: 'record.blocked' }] },
      { blocked: value },
    ]),
    ...[false, 0, '', null].map((value): [string, unknown, object] => [
      `${value}, which is false`,
      { '!!': [{ var: 'record.blocked' }] },
      { blocked: value },
    ]),
    ['a text where a text is stored', { '!': [{ var: 'record.note' }] }, { note: 'no entry' }],
    [
      'an exemption by exactly its value',
      { and: [{ changed: 'note' }, { '!': { changed_to: ['note', 'Draft'] } }] },
      { note: 'Draft' },
    ],
    ['a comma where no number is compared', { changed_to: ['status', 'Delivered'] }, { amount: '1,000' }],
    ['words in their order', { '>': [{ var: 'record.note' }, 'm'] }, { note: 'Anna' }],
  ])('%s', (_, source, fields, before) => {
    expect(applies(source, fields, before)).toBe(false);
  });
});

it('no spelling of a number above the limit is taken for one below', () => {
  const groups = fc.constantFrom(',', '.', "'", ' ', '\u00a0', '_', '٬', '');
  const around = fc.tuple(
    fc.constantFrom('', '$', '€', 'EUR ', '+'),
    fc.constantFrom('', ' €', ' EUR', '-', '.00', ',00', '\u200b'),
  );
  const digits = fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce);
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 9_999_999 }),
      groups,
      around,
      digits,
      (number, mark, [before, behind], zero) => {
        const grouped = String(number).replace(/\B(?=(?:\d{3})+$)/g, mark);
        const text =
          before + grouped.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit))) + behind;
        expect(applies({ '>': [amount, 999] }, { amount: text })).toBe(true);
        expect(applies({ '!': { '<=': [amount, 999] } }, { amount: text })).toBe(true);
        expect(applies({ changed_to: ['amount', number] }, { amount: text })).toBe(true);
        expect(applies({ '==': [amount, number] }, { amount: text })).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('why says what was in doubt, where a doubt decides', () => {
  const why = (source: unknown, fields: object, before: object = stored) =>
    criteriaOf(source).why(factsOf(fields, before));
  it.each<[string, unknown, object, string[]]>([
    ['a number', above, { amount: '1,000' }, ['applies in doubt: `record.amount` is `1,000`']],
    [
      'a truth',
      { '!': [{ var: 'record.blocked' }] },
      { blocked: 'off' },
      ['applies in doubt: `record.blocked` is `off`'],
    ],
    [
      'a long number',
      above,
      { amount: '1'.repeat(40) },
      [`applies in doubt: \`record.amount\` is \`${'1'.repeat(19)}…\``],
    ],
    [
      'a text, without the text',
      { '==': [{ var: 'record.note' }, 'Secret'] },
      { note: 'secret ' },
      ['applies in doubt: `record.note` only resembles what it is compared with'],
    ],
    [
      'what is not shown',
      { '==': [{ var: 'record.gone' }, 'x'] },
      { note: 'y' },
      ['applies in doubt: `record.gone` is not known'],
    ],
    [
      'two names',
      above,
      { amount: 5, Amount: 500 },
      ['applies in doubt: `record.amount` has several values'],
    ],
    [
      'a clause',
      { changed_to: ['note', 'Draft'] },
      { note: 'draft' },
      ['changed_to note Draft', 'applies in doubt: `record.note` only resembles what it is compared with'],
    ],
    [
      'an unverified caller',
      { '!=': [{ var: 'caller.claims.role' }, 'manager'] },
      {},
      ['applies in doubt: `caller.claims.role` is not known'],
    ],
    [
      'nothing where none decides',
      { or: [{ '==': [{ var: 'record.note' }, 'y'] }, above] },
      { note: 'y', amount: '1,000' },
      [],
    ],
    ['nothing where it does not apply', above, { amount: '5' }, []],
  ])('%s', (_, source, fields, told) => {
    expect(why(source, fields)).toEqual(told);
  });
});
