import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, foldField, foldName, foldSpaced } from '../../src/core/likeness/fold.ts';
import { candidatesOf, isAlready, isUnchanged, mayBecome } from '../../src/core/likeness/likeness.ts';
import { jsonOf, type Scalar } from '../../src/core/wire/json.ts';

const blanks = (count: number) => ' '.repeat(count);
const become = (value: unknown, wanted: unknown) => mayBecome(jsonOf(value), jsonOf(wanted) as Scalar);

describe('what a database or framework may store as Delivered is alike', () => {
  const inside = [
    '\u00a0',
    '\u200b',
    '\u200c',
    '\u200d',
    '\ufeff',
    '\u202e',
    '\u0000',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0085',
    '\ufe0f',
    '\u2060',
    '\u034f',
    '\u00ad',
    '\u0301',
    '\u{e0041}',
    '\u{e0100}',
    '\u180e',
    '\u2800',
    '\u3164',
    '\uffa0',
    '\u115f',
    '\ue000',
  ];
  it.each(
    inside.map((mark) => [mark.codePointAt(0)?.toString(16), mark] as const),
  )('U+%s inside, before or behind', (_name, mark) => {
    expect(become(`Deli${mark}vered`, 'Delivered')).toBe(true);
    expect(become(`${mark}Delivered`, 'Delivered')).toBe(true);
    expect(become(`Delivered${mark}`, 'Delivered')).toBe(true);
    expect(become(`In${mark} Transit`, 'In Transit')).toBe(true);
  });

  it.each([
    'Delivered',
    'delivered',
    'DELIVERED',
    'dElIvErEd',
    'Delivered ',
    'Delivered   ',
    ' Delivered',
    '\tDelivered',
    'Delivered\r\n',
    '\u3000Delivered\u2003',
    'Delivéred',
    'DELİVERED',
    'Delıvered',
    'Ｄｅｌｉｖｅｒｅｄ',
    'Ⓓelivered',
    'ⅅelivered',
    '𝐃𝐞𝐥𝐢𝐯𝐞𝐫𝐞𝐝',
    'ᴰelivered',
    'Đelivered',
    'Dełivered',
    'De\u0301livered',
    'D&#101;livered',
    'D&#x65;livered',
    'D&#X65livered',
    'D&#0000000101;livered',
    'D&#x0000000065;livered',
    'Deliv&eacute;red',
    'Deliv&Eacute;red',
    'Deliv&eacutered',
    '&Dscr;elivered',
    '&Dstrok;elivered',
    'Deli&shy;vered',
    'Deli&zwnj;vered',
    'Delivered&nbsp;',
    '&#9;Delivered',
    'Delivered&NewLine;',
    'Del&imath;vered',
    `Delivered${blanks(300)}x`,
    `delivered${blanks(16)}x`,
    `Delivered${'\u200b'.repeat(250)}x`,
    `Delivered${' \u200b'.repeat(120)}x`,
    `Delivered${'\0'.repeat(250)}x`,
    `Delivered${'&#32;'.repeat(250)}x`,
    `${blanks(20)}Delivered${blanks(300)}x`,
    `Delivered${'\u0301'.repeat(300)}x`,
    '2',
    2,
    ' 2',
    '2.0',
    '２',
    1e300,
    true,
    false,
    ['Delivered'],
    ['x'],
    [],
    {},
    { value: 'x' },
  ])('%j', (value) => {
    expect(become(value, 'Delivered')).toBe(true);
  });

  it('a number that no float holds', () => {
    expect(mayBecome({ lexeme: '1e999' }, 'Delivered')).toBe(true);
  });
});

describe('honest neighbours are not alike', () => {
  it.each([
    'Created',
    'In Transit',
    'Delivery',
    'Undelivered',
    'Not Delivered',
    'Delivered to neighbour',
    'Deliver',
    'Dlivered',
    'Delivered2',
    '2 days',
    'On the way',
    'Yes',
    'R&D',
    'AT&T',
    'Fish &amp; Chips',
    '&eacute;',
    'Dеlivered',
    '',
    null,
    ' ',
    'x',
    `Created${blanks(300)}Delivered`,
  ])('%j', (value) => {
    expect(become(value, 'Delivered')).toBe(false);
  });
});

describe('values of other kinds', () => {
  it.each<[unknown, unknown, boolean]>([
    [45, 45, true],
    ['45', 45, true],
    ['45abc', 45, true],
    ['45.0', 45, true],
    ['4.5e1', 45, true],
    [' 45 ', 45, true],
    ['４５', 45, true],
    ['46', 45, false],
    ['abc', 45, false],
    ['', 45, false],
    [null, 45, false],
    ['abc', 0, true],
    ['', 0, true],
    [true, 1, true],
    ['true', 1, true],
    [false, 1, false],
    [[45], 45, true],
    [45, '45', true],
    ['045', '45', true],
    [true, true, true],
    ['true', true, true],
    ['TRUE', true, true],
    ['on', true, true],
    ['Yes', true, true],
    [1, true, true],
    ['1', true, true],
    [2, true, true],
    ['-1', true, true],
    ['01', true, true],
    ['checked', true, true],
    [false, true, false],
    [0, true, false],
    ['no', true, true],
    ['no', false, true],
    ['f', true, true],
    ['y', false, true],
    ['off', 1, true],
    ['false', true, false],
    ['0', true, false],
    ['', true, false],
    [null, true, false],
    ['0', true, false],
    ['0.0', true, true],
    ['0.0', false, true],
    [false, false, true],
    ['off', false, true],
    [0, false, true],
    ['', false, true],
    [null, false, true],
    ['00', false, true],
    [true, false, false],
    ['yes', false, false],
    [1, false, false],
    [null, null, true],
    ['', null, true],
    ['', '', true],
    ['\u200b', '', true],
    [' ', null, true],
    ['x', null, false],
    [0, null, false],
    [[], null, true],
    [false, null, true],
    ['null', null, true],
    ['0000-00-00', null, true],
    ['nobody', null, false],
    ['ß', 'SS', true],
    ['Straße', 'STRASSE', true],
    ['Œuvre', 'oeuvre', true],
    ['Løst', 'lost', true],
    ['closed_won', 'Closed Won', true],
    ['["Delivered"]', 'Delivered', true],
    ['Delivered;Delivered', 'Delivered', true],
    ['b; a', 'A;B', true],
    ['Delivered;Paid', 'Delivered', false],
    ['A-', 'A+', false],
    ['A-', 'A', false],
    ['not delivered', 'Delivered', false],
    ['tomorrow', '2026-12-31', true],
    ['unknown', '2026-12-31', false],
  ])('%j for %j: %j', (value, wanted, alike) => {
    expect(become(value, wanted)).toBe(alike);
  });
});

describe('a number is every one that some reader finds in it', () => {
  it.each<[unknown, number]>([
    ['1 0', 1],
    ['1 0', 10],
    ['1_0', 10],
    ['0x10', 16],
    ['0x10', 0],
    ['010', 8],
    ['010', 10],
    ['1e3', 1000],
    ['1e3', 1],
    ['9,5', 9.5],
    ['1,000', 1000],
    ['1.000', 1000],
    ['1.000', 1],
    ["1'000", 1000],
    ['1\u00a0000', 1000],
    ['1.000,50', 1000.5],
    ['1,00,000', 100_000],
    ['$1000', 1000],
    ['$1000', 0],
    ['EUR 1000', 1000],
    ['1000 €', 1000],
    ['500-', -500],
    ['(500)', -500],
    ['−5', -5],
    ['٩٫٥', 9.5],
    ['１０', 10],
    ['❶⓿', 10],
    ['50%', 0.5],
    ['1k', 1000],
    ['½', 0.5],
    ['1&#48;', 10],
    [9.6, 10],
    [9.6, 9],
    ['9.504', 9.5],
    [{}, 5],
  ])('%j may be %d', (value, wanted) => {
    expect(become(value, wanted)).toBe(true);
  });

  it.each<[unknown, number]>([
    ['98.50', 100],
    ['99.50', 9950],
    ['1.5', 15],
    ['10', 1],
    ['-5', 5],
    [1000, 1],
    [9.5, 95],
    ['12 34', 5],
    ['Open', 45],
  ])('%j is not %d', (value, wanted) => {
    expect(become(value, wanted)).toBe(false);
  });
});

it('the decimal digits of all scripts fold, and what weighs the same in every collation', () => {
  const points = Array.from({ length: 0x20000 }, (_, point) => point).filter((point) =>
    /\p{Nd}/u.test(String.fromCodePoint(point)),
  );
  expect(points.length).toBeGreaterThan(700);
  const sets = points
    .filter((_, index) => index % 10 === 0)
    .map((first) => Array.from({ length: 10 }, (_, digit) => first + digit));
  for (const set of sets) {
    expect(set.map((point) => fold(`Phase ${String.fromCodePoint(point)}`))).toEqual(
      set.map((_, digit) => `phase${digit}`),
    );
  }
  expect(fold('❷②⓶𐄈〢')).toBe('22222');
});

it('a truth is doubted where it is written as two numbers, and where Rails and PHP find a truth in a zero', () => {
  expect([become('0 1', false), become('0 1', true), become('00', true), become('1', false)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

describe('to be so already is exact', () => {
  it.each<[unknown, unknown, boolean]>([
    ['Delivered', 'Delivered', true],
    ['Delivered', 'delivered', false],
    ['Delivered', 'Delivered ', false],
    ['Delivered', 'Delivéred', false],
    ['5', 5, true],
    [5, '5', true],
    ['5', '5.0', false],
    [true, 'true', true],
    ['1', true, false],
    [null, '', true],
    ['', null, true],
    [null, 0, false],
    [0, null, false],
    ['x', null, false],
    [['a'], ['a'], false],
    ['a', ['a'], false],
    [['a'], 'a', false],
    [{}, {}, false],
  ])('stored %j, sent %j: %j', (stored, value, already) => {
    expect(isAlready(jsonOf(stored), jsonOf(value))).toBe(already);
  });

  it('nothing stored is the same as an empty value', () => {
    expect(isAlready(undefined, null)).toBe(true);
    expect(isAlready(undefined, 'x')).toBe(false);
  });
});

describe('what is sent back is unchanged in each form of its kind', () => {
  it.each<[unknown, unknown, boolean]>([
    [5, '5.00', true],
    [5, 5.5, false],
    ['5.00', 5, false],
    [1000, '1.000', false],
    [true, '1', true],
    [true, 'yes', false],
    [false, 0, true],
    [false, '', false],
    [['a', 'b'], ['a', 'b'], true],
    [['a', 'b'], ['b', 'a'], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [['a'], 'a', false],
    ['2026-11-01T10:00:00Z', '2026-11-01T10:00:00.000Z', true],
    ['2026-11-01T10:00:00+00:00', '2026-11-01T10:00:00Z', true],
    ['2026-11-01 10:00:00', '2026-11-01T10:00:00', true],
    ['2026-11-01T10:00:00', '2026-11-01T10:00:00Z', false],
    ['2026-11-01T10:00:00Z', '2026-11-01T11:00:00Z', false],
    ['2026-11-01T10:00:00Z', '2026-11-01T10:00:00+01:00', false],
    [undefined, '0', false],
    [null, false, false],
  ])('stored %j, sent %j: %j', (stored, value, unchanged) => {
    expect(isUnchanged(stored === undefined ? stored : jsonOf(stored), jsonOf(value), {})).toBe(unchanged);
  });

  it('but where a false is an empty field, and "0" a text, "0" is no false', () => {
    const odoo = { isFalseText: (text: string) => text === '' };
    expect(isUnchanged(false, '0', odoo)).toBe(false);
    expect(isUnchanged(true, '1', odoo)).toBe(false);
  });
});

describe('names of fields as lenient readers know them', () => {
  it.each([
    'status',
    'Status',
    'STATUS',
    ' status',
    '\tstatus',
    '\0status',
    'status\0x',
    'status[]',
    'status[0]',
    'status[a]b',
    'status[',
    'stat\u200bus',
    'ｓtatus',
    'státus',
    'statu\u017f',
    'status ',
    'status\u00a0',
    'statuſ',
    ' status[x',
  ])('%j is status', (name) => {
    expect(foldName(name)).toBe('status');
  });

  it.each([
    'sta_tus',
    'sta.tus',
    'sta tus',
    'STA.TUS',
    'sta\u00a0tus',
    'sta．tus',
    'sta_tus[]',
  ])('%j is sta_tus', (name) => {
    expect(foldName(name)).toBe('sta_tus');
  });

  it.each([
    'status_note',
    'substatus',
    'status2',
    'sta',
    'statuses',
    'my_status',
    'sta_tus',
    '',
    'old status',
    'status-note',
  ])('%j is another field', (name) => {
    expect(foldName(name)).not.toBe('status');
    expect(candidatesOf(new Map([[name, 'x']]), 'status')).toEqual([]);
  });

  it.each([
    'x[status]',
    'record[status]',
    'fields.status',
    'data[Status',
    'a.b.status',
  ])('%j leads to status, as readers that make paths of names see it', (name) => {
    expect(candidatesOf(new Map([[name, 'x']]), 'status')).toEqual(['x']);
  });

  it('every value that a save gives the field counts, the exact name first', () => {
    const fields = new Map([
      ['Status', 'a'],
      ['note', 'b'],
      ['status', 'c'],
      ['status[]', 'd'],
    ]);
    expect(candidatesOf(fields, 'status')).toEqual(['c', 'a', 'd']);
  });
});

it.each([
  '',
  'a',
  'Delivered',
  'İ',
  'ß',
  'ﬁ',
  'Ǆ',
  '&amp;',
  'ΐ',
  'a\u0301\u200b',
  'I\u0307',
])('folding %j twice is folding it once', (text) => {
  expect(fold(fold(text))).toBe(fold(text));
});

describe('a text of what prints of ASCII, in which no encoding begins', () => {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index));
  const units = ascii.filter((unit) => !['&', '%', '<', '\\'].includes(unit));
  const printed = fc.string({ unit: fc.constantFrom(...units), maxLength: 40 });

  it('is folded as it is beside what does not print', () => {
    fc.assert(fc.property(printed, (text) => foldSpaced(text) === foldSpaced(`${text}\u200d`)));
  });

  it('names the same fields', () => {
    fc.assert(fc.property(printed, (text) => foldField(text) === foldField(`${text}\u200d`)));
  });
});
