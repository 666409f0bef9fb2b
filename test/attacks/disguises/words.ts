import fc from 'fast-check';

const INVISIBLE = [
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u202e',
  '\u0301',
  '\ufe0f',
  '\u2060',
  '\u034f',
  '\u{e0041}',
  '\u0001',
  '\0',
  '\u0085',
  '\u180e',
  '\u3164',
];
const BLANKS = [' ', '  ', '\t', '\n', '\u00a0', '\u2003', '\u3000', '\v', '\f', '\r\n', ' '.repeat(300)];

/** 'Delivered' as some database, or what stands before it, would take it. */
export const word: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant('Delivered'), weight: 3 },
  cased('Delivered'),
  fc
    .tuple(fc.nat(9), fc.constantFrom(...INVISIBLE))
    .map(([at, mark]) => `Delivered${''}`.slice(0, at) + mark + 'Delivered'.slice(at)),
  fc.constantFrom(...BLANKS).map((blank) => `Delivered${blank}`),
  fc.constantFrom(...BLANKS).map((blank) => `${blank}Delivered`),
  fc.constantFrom(
    'Delivéred',
    'DELİVERED',
    'Delıvered',
    'Ｄelivered',
    'Ⓓelivered',
    '𝐃elivered',
    'delⅳered',
    'Đelivered',
    'Deliverⅇd',
    'Del𝒾vered',
  ),
  fc.constantFrom(
    'Deliver&#101;d',
    '&#x44;elivered',
    'Deliv&eacute;red',
    'Delivered&nbsp;',
    'Deli&#8203;vered',
    '&#0068;elivered',
    'Deliver&#101d',
  ),
  fc.constantFrom(
    '<b>Delivered</b>',
    'Deliv<i></i>ered',
    'Delivered<!-- x -->',
    'Delivered<img src=x',
    'Deliver\\ed',
    'Deliver\\u0065d',
    'Deliver%u0065d',
  ),
  fc
    .tuple(fc.constantFrom(7, 11, 16, 40, 300), fc.constantFrom(' ', '\t', '\u00a0'))
    .map(([count, blank]) => `Delivered${blank.repeat(count)}x`),
  fc.constantFrom('Delivered😀 not yet', 'Delivered\0not', 'Delivered\u{1f4e6}'),
);

/** Values that are no text and still end as Delivered: an ENUM's index, lists, objects. */
export const oddValue: fc.Arbitrary<string> = fc.constantFrom(
  '2',
  '"2"',
  '2.0',
  '2e0',
  '" 2"',
  '["Delivered"]',
  '[["Delivered"]]',
  '{"0":"Delivered"}',
  '{"value":"Delivered"}',
  '["Created","Delivered"]',
  '{"set":["Delivered"]}',
);

/** The field's name as some reader would take it. */
export const name: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: fc.constant('status'), weight: 4 },
  cased('status'),
  fc.constantFrom(
    ' status',
    'status ',
    '\tstatus',
    'status\0',
    '\0status',
    'fields.status',
    'data[status]',
    'status[]',
    'status[0]',
    'record.fields.status',
    '\u00a0status',
  ),
);

function cased(text: string): fc.Arbitrary<string> {
  return fc.mixedCase(fc.constant(text));
}

/** Fields that stand beside the guarded one. */
export const filler: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  fc.constantFrom('notes', 'subject', 'weight', 'comment'),
  fc.constantFrom('x', 'left at the door', 'Jürgen', '1.10', '', 'a;b&c=d'),
);
