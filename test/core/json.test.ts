import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, type Json, jsonOf } from '../../src/core/wire/json.ts';
import { readJson } from '../../src/core/wire/read-json.ts';
import { isSameJson } from '../../src/core/wire/same-json.ts';
import { canonicalText, writeJson, writeJsonWithin } from '../../src/core/wire/write-json.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The text that countersign would send for these bytes, or undefined where it refuses them. */
function rewritten(document: string | Uint8Array): string | undefined {
  const reading = readJson(typeof document === 'string' ? bytesOf(document) : document);
  return reading.ok ? writeJson(reading.value) : undefined;
}

const nested = (depth: number, inside = '') => '['.repeat(depth) + inside + ']'.repeat(depth);
const namedDifferently = (count: number, more = '') =>
  `{${Array.from({ length: count }, (_, nth) => `"field_${nth}":1`).join(',')}${more}}`;
const oddly = (count: number) => Array.from({ length: count }, (_, nth) => `,"é${nth}":1`).join('');
const list = (count: number) => `[${Array(count).fill(namedDifferently(9)).join(',')}]`;
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

describe('a document is written as it was read', () => {
  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['1.10', '1.10'],
    ['1E+2', '1E+2'],
    ['-0', '-0'],
    ['0.0e-0', '0.0e-0'],
    ['1e999', '1e999'],
    [' \t\r\n{ "a" : [ 1 , true , null ] } \n', '{"a":[1,true,null]}'],
    ['{"b":1,"a":2,"1":3}', '{"b":1,"a":2,"1":3}'],
    ['"\\u0044elivered"', '"Delivered"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['"\\/\\b\\f\\n\\r\\t\\"\\\\"', '"/\\u0008\\u000c\\u000a\\u000d\\u0009\\u0022\\u005c"'],
    ['"\\u0000"', '"\\u0000"'],
    ['"a\u2028b\u007f"', '"a\u2028b\u007f"'],
    ['\uFEFF{"a":1}', '{"a":1}'],
    ['"\uFEFF"', '"\uFEFF"'],
    ['""', '""'],
    ['{"":0}', '{"":0}'],
    [
      '{"constructor":"Acme","prototype":"x","length":1}',
      '{"constructor":"Acme","prototype":"x","length":1}',
    ],
    ['{"constructor":["a"]}', '{"constructor":["a"]}'],
    ['{"a":1,"A":2,"a ":3}', '{"a":1,"A":2,"a ":3}'],
    ['{"toString":1,"hasOwnProperty":2}', '{"toString":1,"hasOwnProperty":2}'],
  ])('%j', (document, written) => {
    expect(rewritten(document)).toBe(written);
  });
});

describe('what is exact says itself again, so that its own bytes may be sent', () => {
  const isExact = (document: string) => {
    const reading = readJson(bytesOf(document));
    return reading.ok && reading.isExact;
  };

  it.each(['{"a":[1.10,true,null,"b c"]}', '"\u00e9"', '[]', '{}', '{"":""}', '-0'])('%s', (document) => {
    expect(isExact(document)).toBe(true);
  });

  it.each([
    ' {}',
    '{} ',
    '{"a": 1}',
    '{"a":1 }',
    '[1, 2]',
    '[ ]',
    '{\n}',
    '"\\u0041"',
    '"\\/"',
    '"\\""',
    '{"\\u0061":1}',
    '\uFEFF{}',
  ])('%j is not', (document) => {
    expect(isExact(document)).toBe(false);
  });

  it('nothing is that would be written otherwise', () => {
    const blank = fc.constantFrom('', '', '', ' ', '\n', '\t');
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('"', '\\', '\u0001', '/', '\u2028'),
    );
    const text = fc
      .tuple(texts, fc.boolean())
      .map(([one, isEscaped]) =>
        isEscaped ? JSON.stringify(one).replace(/\//g, '\\/') : JSON.stringify(one),
      );
    const { document } = fc.letrec<{ document: string }>((tie) => ({
      document: fc
        .tuple(
          fc.oneof(
            { maxDepth: 3 },
            text,
            fc.constantFrom('0', '-0', '1.10', '1E5', 'true', 'null'),
            fc.array(tie('document'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
            fc.tuple(text, blank, tie('document')).map(([name, gap, value]) => `{${name}${gap}:${value}}`),
          ),
          blank,
          blank,
        )
        .map(([one, before, after]) => before + one + after),
    }));
    fc.assert(
      fc.property(document, (written) => {
        const reading = readJson(bytesOf(written));
        fc.pre(reading.ok);
        if (reading.isExact) expect(writeJson(reading.value)).toBe(written);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what two parsers could read differently is refused', () => {
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ['nothing', ''],
    ['blanks only', ' \n'],
    ['a lone mark of byte order', '\uFEFF'],
    ['two marks of byte order', '\uFEFF\uFEFF{}'],
    ['a mark of byte order after a blank', ' \uFEFF{}'],
    ['a mark of byte order behind', '{}\uFEFF'],
    ['UTF-16 with a mark', utf16('\uFEFF{"a":1}')],
    ['UTF-16 without a mark', utf16('{"a":1}')],
    ['UTF-32', new Uint8Array(Buffer.concat([...'{}'].map((c) => Buffer.from([c.charCodeAt(0), 0, 0, 0]))))],
    ['invalid UTF-8 in a name', latin1('{"stat\xffus":1}')],
    ['invalid UTF-8 in a value', latin1('{"a":"\xe9"}')],
    ['an overlong s', latin1('{"\xc1\xb3tatus":1}')],
    ['an overlong NUL', latin1('"\xc0\x80"')],
    ['a surrogate as UTF-8', latin1('"\xed\xa0\x80"')],
    ['a code point past the last', latin1('"\xf4\x90\x80\x80"')],
    ['UTF-8 cut short', latin1('"\xe2\x82')],
    ['a name twice', '{"a":1,"a":2}'],
    ['a name twice, the same value', '{"a":1,"a":1}'],
    ['a name twice, once escaped', '{"status":1,"\\u0073tatus":2}'],
    ['a name twice, deeper', '[{"x":{"a":1,"b":2,"a":3}}]'],
    ['an empty name twice', '{"":1,"":2}'],
    ['__proto__', '{"__proto__":1}'],
    ['__proto__ escaped', '{"__pr\\u006fto__":{"a":1}}'],
    ['an object as constructor', '{"constructor":{"prototype":{}}}'],
    ['an object as prototype', '{"a":[{"prototype":{}}]}'],
    ['the first half of a pair', '"\\ud83d"'],
    ['the second half of a pair', '"\\ude00"'],
    ['a pair the wrong way round', '"\\ude00\\ud83d"'],
    ['half of a pair in a name', '{"\\ud83d":1}'],
    ['65 levels', nested(65)],
    ['65 levels of objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
    ['100,000 levels', nested(100_000)],
    ['100,000 levels without an end', '['.repeat(100_000)],
    ['more than 2,000 different names', namedDifferently(2001)],
    ['more than 2,000 names, some of which are odd', namedDifferently(1501, oddly(500))],
    ['more than 2,000 names behind a list of the same ones', `[${list(300)},${namedDifferently(2001)}]`],
    ['more than 10,000 values', `[${'0,'.repeat(9_999)}0]`],
    ['a document after the document', '{}{}'],
    ['a comma behind', '{},'],
    ['a hash behind', '{}#x'],
    ['a NUL behind', '{}\0'],
    ['a NUL in front', '\0{}'],
    ['a block comment', '{/* */"a":1}'],
    ['a line comment', '// x\n{}'],
    ['a hash comment', '# x\n{}'],
    ['single quotes', "{'a':1}"],
    ['a bare name', '{a:1}'],
    ['an equals sign', '{"a"=1}'],
    ['an arrow', '{"a"=>1}'],
    ['a semicolon', '{"a":1;"b":2}'],
    ['a comma before the end of an object', '{"a":1,}'],
    ['a comma before the end of a list', '[1,]'],
    ['two commas', '[1,,2]'],
    ['a colon missing', '{"a" 1}'],
    ['an object without an end', '{"a":1'],
    ['a list closed by a brace', '[1}'],
    ['a string without an end', '"a'],
    ['a string that ends with a backslash', '"a\\'],
    ['a raw line break in a string', '"a\nb"'],
    ['a raw tab in a string', '"a\tb"'],
    ['a raw NUL in a string', '"a\0b"'],
    ['an unknown escape', '"\\x41"'],
    ['an escape named like a method', '"\\constructor"'],
    ['a short \\u', '"\\u41"'],
    ['a \\u with a sign', '"\\u+041"'],
    ['a capital \\U', '"\\U0041"'],
    ['a no-break blank between', '{\u00a0"a":1}'],
    ['a form feed between', '{\f"a":1}'],
  ];
  it.each(cases)('%s', (_what, document) => {
    expect(readJson(typeof document === 'string' ? bytesOf(document) : document)).toMatchObject({
      ok: false,
    });
  });

  it.each([
    '01',
    '-01',
    '.5',
    '1.',
    '+1',
    '-',
    '1e',
    '1e+',
    '0x1',
    '1_000',
    'NaN',
    'Infinity',
    '-Infinity',
    '١',
    '１',
    '- 1',
    '1 2',
    'True',
    'TRUE',
    'nul',
    'nullx',
    'tru',
    'undefined',
    'None',
  ])('%s is no value', (text) => {
    expect(rewritten(text)).toBeUndefined();
    expect(rewritten(`{"a":${text}}`)).toBeUndefined();
  });

  it('says where and why', () => {
    expect(readJson(bytesOf('{"a":1,"a":2}'))).toEqual({
      ok: false,
      fault: { message: 'the name "a" stands twice in one object', offset: 7 },
    });
  });
});

describe('limits', () => {
  it.each([
    ['64 levels', nested(64)],
    ['64 levels with a value inside', nested(64, '1')],
    ['10,000 values', `[${'0,'.repeat(9_998)}0]`],
    ['2,000 different names', namedDifferently(2000)],
    ['2,000 names, some of which are odd', namedDifferently(1500, oddly(500))],
    ['the same names in a list of records', list(900)],
    ['the same names in a list, and others behind it', `[${list(300)},${namedDifferently(2000)}]`],
  ])('%s are read', (_what, document) => {
    expect(rewritten(document)).toBe(document);
  });
});

describe('properties', () => {
  const isRefusedName = (text: string) => /__proto__|"constructor"|"prototype"/.test(text);
  const value = fc.json({ maxDepth: 6, noUnicodeString: false }).filter((text) => !isRefusedName(text));

  it('what JSON.stringify wrote means the same after reading and writing', () => {
    fc.assert(
      fc.property(value, (text) => {
        const ours = rewritten(text);
        fc.pre(ours !== undefined || JSON.stringify(JSON.parse(text)).isWellFormed());
        expect(JSON.parse(ours ?? 'refused')).toEqual(JSON.parse(text));
      }),
    );
  });

  it('what was written is read and written the same', () => {
    fc.assert(
      fc.property(value, (text) => {
        const once = rewritten(text) ?? '';
        expect(rewritten(once)).toBe(once);
      }),
    );
  });

  it('no bytes make the reader throw, and what it takes JSON.parse takes for the same', () => {
    const bits = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '\\',
      'u0061',
      '1',
      '-',
      'e',
      '.',
      'true',
      ' ',
      '\0',
    );
    const texts = fc.array(bits, { maxLength: 12 }).map((parts) => bytesOf(parts.join('')));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), texts), (bytes) => {
        const ours = rewritten(bytes);
        if (ours === undefined) return;
        const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        expect(JSON.parse(ours)).toEqual(JSON.parse(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('the canonical text does not know the order of members', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([name]) => name }),
        (members) => {
          const there = jsonOf({ in: [0] });
          const forth = new Map([
            ...members.map(([name, n]) => [name, jsonOf(n)] as const),
            ['\u0000', there],
          ]);
          const back = new Map([...forth].reverse());
          expect(canonicalText(back)).toBe(canonicalText(forth));
        },
      ),
    );
  });
});

it.each([
  ['1.10', '1.1'],
  ['[1,2]', '[2,1]'],
  ['"1"', '1'],
  ['{"a":null}', '{}'],
  ['{}', '[]'],
  ['[]', '[null]'],
  ['{"a":1}', '{"b":1}'],
  ['{"a":1,"b":1}', '{"a":1}'],
])('%s and %s are not the same, nor are their canonical texts', (one, other) => {
  expect(canonicalText(valueIn(one))).not.toBe(canonicalText(valueIn(other)));
  expect(isSameJson(valueIn(one), valueIn(other))).toBe(false);
  expect(isSameJson(valueIn(other), valueIn(one))).toBe(false);
});

it('two documents are the same where their canonical texts are', () => {
  const small = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, 1, '', '1', 'a'),
      fc.array(tie('value'), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 2 }),
    ),
  })).value;
  fc.assert(
    fc.property(small, small, (first, second) => {
      const [one, other] = [jsonOf(first), jsonOf(second)];
      expect(isSameJson(one, other)).toBe(canonicalText(one) === canonicalText(other));
    }),
    { numRuns: 500 },
  );
});

it.each([
  '',
  '"',
  '\n',
  'Delivered',
  'x'.repeat(30),
  '\u0001'.repeat(6),
])('what has at most so many symbols is written: %j', (text) => {
  const value = jsonOf({ a: [text, 1.5, null, true] });
  const written = writeJson(value);
  expect(writeJsonWithin(written.length, value)).toBe(written);
  expect(writeJsonWithin(written.length - 1, value)).toBe(undefined);
});

function valueIn(document: string): Json {
  const reading = readJson(bytesOf(document));
  if (!reading.ok) throw new Error(reading.fault.message);
  return reading.value;
}

it.each([
  ['', { a: [{ 'x/y': 1, 'm~n': 2 }] }],
  ['/a/0/x~1y', 1],
  ['/a/0/m~0n', 2],
  ['/a/00', undefined],
  ['/a/-', undefined],
  ['/a/length', undefined],
  ['/constructor', undefined],
  ['/a/0/x~1y/z', undefined],
])('the pointer %j leads to %j', (pointer, found) => {
  const document = jsonOf({ a: [{ 'x/y': 1, 'm~n': 2 }] });
  expect(at(document, pointer)).toEqual(found === undefined ? undefined : jsonOf(found));
});
