import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../src/core/likeness/likeness.ts';
import { treeOf } from '../../src/core/wire/body.ts';
import { isObject } from '../../src/core/wire/json.ts';
import { readForm } from '../../src/core/wire/read-form.ts';
import { anyCharacter } from '../harness/any-character.ts';

/** A text as bytes, a character a byte. */
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

function entriesOf(text: string) {
  const reading = readForm(bytesOf(text));
  if (!reading.ok) throw new Error(reading.message);
  return reading.entries;
}

const pairsOf = (text: string) => entriesOf(text).map(({ name, value }) => [name, value]);
const canonicalOf = (text: string) =>
  entriesOf(text)
    .map((entry) => entry.text)
    .join('&');

describe('names and values are decoded as the URL standard says', () => {
  it.each([
    [
      'a=1&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=1=2', [['a', '1=2']]],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=a', [['', 'a']]],
    ['&&a=1&&', [['a', '1']]],
    ['', []],
    ['a+b=c+d', [['a b', 'c d']]],
    ['a%2Bb=%2b', [['a+b', '+']]],
    ['%61=%C3%BC', [['a', 'ü']]],
    ['a=%zz%4', [['a', '%zz%4']]],
    ['a=%25%37%33', [['a', '%73']]],
    ['a=1;b=2', [['a', '1;b=2']]],
    ['a=%u0041', [['a', '%u0041']]],
    [
      'a=0&a=1',
      [
        ['a', '0'],
        ['a', '1'],
      ],
    ],
  ])('%j', (text, pairs) => {
    expect(pairsOf(text)).toEqual(pairs);
  });
});

describe('what all readers read alike is sent byte for byte', () => {
  it.each([
    'active=0&active=1&tags[]=a&tags%5B%5D=b',
    'notes=a+b%20c%3b%3B&x=J%FCrgen',
    "mail=ann@example.com&path=/a:b,c?d&e='f'(g)!*~-._$",
    'a&b=&=c',
    'price=1.10&n=12345678901234567890',
    'nul=%00',
  ])('%s', (text) => {
    expect(canonicalOf(text)).toBe(text);
  });
});

describe('what readers read differently is encoded anew', () => {
  it.each([
    ['a ";" that some servers take for "&"', 'notes=a;status=Delivered', 'notes=a%3Bstatus%3DDelivered'],
    ['a "%" without two digits', 'a=100%&b=%zz', 'a=100%25&b=%25zz'],
    ['an encoding of classic ASP', '%u0073tatus=x', '%25u0073tatus=x'],
    ['a raw blank and a tab', 'a= b\tc', 'a=%20b%09c'],
    ['a raw NUL', 'status\0x=1', 'status%00x=1'],
    ['raw UTF-8', 'a=\u00c3\u00bc', 'a=%C3%BC'],
    ['raw Latin-1', 'a=J\u00fcrgen', 'a=J%FCrgen'],
    ['the signs of JSON and XML', '{"a":1}=<b>', '%7B%22a%22%3A1%7D=%3Cb%3E'],
    ['a byte order mark', '\u00ef\u00bb\u00bf{"a":1}', '%EF%BB%BF%7B%22a%22%3A1%7D'],
    ['a line end', 'a=1\r\n', 'a=1%0D%0A'],
    ['a "+" beside what is encoded anew', 'a=b+c;', 'a=b%20c%3B'],
  ])('%s', (_, text, canonical) => {
    expect(canonicalOf(text)).toBe(canonical);
  });

  it('only the name or value that has it, and no other', () => {
    expect(canonicalOf('a+b=c;&d+e=f+g')).toBe('a+b=c%3B&d+e=f+g');
  });
});

it('bytes that are no UTF-8 are read as Latin-1, and said to be none', () => {
  expect(entriesOf('x=J%FCrgen&y=ok')).toMatchObject([
    { name: 'x', value: 'Jürgen', isUtf8: false },
    { name: 'y', value: 'ok', isUtf8: true },
  ]);
});

describe('a name that PHP knows as the guarded one is a candidate for it', () => {
  it.each([
    '+status',
    '%20status',
    '%09status',
    'status%00x',
    'status\0',
    'status[]',
    'status[0]',
    'status[a]b',
    'status[',
    'STATUS',
    'data[status]',
    'data.status',
    '[status]',
    ']status',
  ])('%j as status', (name) => {
    expect(candidatesFor(name, 'status')).toEqual([expect.anything()]);
  });

  it.each(['sta.tus', 'sta tus', 'sta+tus', 'sta%20tus', 'sta[tus', 'sta%5Btus'])('%j as sta_tus', (name) => {
    expect(candidatesFor(name, 'sta_tus')).toEqual([expect.anything()]);
  });

  it.each(['status_', 'substatus', 'stat', 'x'])('but %j is another one', (name) => {
    expect(candidatesFor(name, 'status')).toEqual([]);
  });
});

/** Names that stand below another one are found there. */
function candidatesFor(name: string, field: string): readonly unknown[] {
  const tree = treeOf({ kind: 'form', entries: entriesOf(`${name}=Delivered`) });
  if (!isObject(tree)) return [];
  const below = [...tree.values()].filter(isObject).flatMap((fields) => candidatesOf(fields, field));
  const found = candidatesOf(tree, field);
  return found.length > 0 ? found : below;
}

describe('forms that PHP would read in part only are refused', () => {
  it('1000 fields are read', () => {
    expect(readForm(bytesOf('a=1&'.repeat(1000))).ok).toBe(true);
  });

  it.each([
    ['1001 fields', 'a=1&'.repeat(1001), 'the form has more than 1000 fields'],
    ['a name as long as a book', `${'a'.repeat(1025)}=1`, 'a field has a name of more than 1024 bytes'],
  ])('%s', (_, text, message) => {
    expect(readForm(bytesOf(text))).toEqual({ ok: false, message });
  });
});

describe('whatever the bytes are', () => {
  const anyBytes = fc.uint8Array({ maxLength: 200 });
  const markedBytes = fc
    .array(fc.oneof(fc.constantFrom(...'&=+%;[]. \0'), fc.string({ unit: anyCharacter, maxLength: 3 })), {
      maxLength: 60,
    })
    .map((parts) => Buffer.from(parts.join(''), 'utf8'));

  it('reading never fails, and what is sent reads as the same', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes, markedBytes), (bytes) => {
        const reading = readForm(bytes);
        if (!reading.ok) return;
        const text = reading.entries.map((entry) => entry.text).join('&');
        expect(readForm(bytesOf(text))).toEqual(reading);
      }),
    );
  });

  it('names and values that were encoded come back', () => {
    const part = fc.uint8Array({ maxLength: 12 });
    const encoded = (bytes: Uint8Array) =>
      [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    const pairs = fc.array(fc.tuple(part, part), { maxLength: 8 });
    fc.assert(
      fc.property(pairs, (given) => {
        const reading = readForm(
          bytesOf(given.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')),
        );
        expect(reading.ok && reading.entries.map(({ name, value }) => [name, value])).toEqual(
          given.map(([name, value]) => [textOf(name), textOf(value)]),
        );
      }),
    );
  });
});

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}
