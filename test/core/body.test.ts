import { describe, expect, it } from 'vitest';
import { type Body, treeOf, withoutCodes } from '../../src/core/wire/body.ts';
import { isObject, jsonOf } from '../../src/core/wire/json.ts';
import { readForm } from '../../src/core/wire/read-form.ts';
import { canonicalText } from '../../src/core/wire/write-json.ts';

function formOf(text: string): Body {
  const reading = readForm(Buffer.from(text));
  if (!reading.ok) throw new Error(reading.message);
  return { kind: 'form', entries: reading.entries };
}

describe('the tree that frameworks make of names', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=0&a=1', { a: ['0', '1'] }],
    ['a[]=1', { a: ['1'] }],
    ['a[]=1&a[]=2', { a: ['1', '2'] }],
    ['a[b]=1&a[c][d]=2', { a: { b: '1', c: { d: '2' } } }],
    ['a[0]=1', { a: { '0': '1' } }],
    ['a[b=1', { 'a[b': '1' }],
    ['[a]=1', { '[a]': '1' }],
    ['a.b=1', { 'a.b': '1' }],
    ['a=1&a[b]=2', { a: { '': '1', b: '2' } }],
    ['a[b]=2&a=1', { a: [{ b: '2' }, '1'] }],
    ['a[]=1&a[b]=2', { a: { '': ['1'], b: '2' } }],
    [
      'constructor=1&length=2&__proto__=3',
      Object.fromEntries([
        ['constructor', '1'],
        ['length', '2'],
        ['__proto__', '3'],
      ]),
    ],
  ])('%s', (text, tree) => {
    expect(canonicalText(treeOf(formOf(text)))).toBe(canonicalText(jsonOf(tree)));
  });
});

describe('no code is left in a form', () => {
  it.each([
    'OTPRULES_OTP_7',
    'otprules-otp-7',
    'OTPRULES.OTP.7',
    '+OTPRULES_OTP_7',
    'data[OTPRULES_OTP_7]',
    'data[OTPRULES_OTP_7]x',
    'data.OTPRULES_OTP_7',
    'data[OTPRULES_OTP_7',
    '_OTPRULES_OTP_7',
    'OTPRULES_OTP_7[]',
  ])('under %s', (name) => {
    const body = withoutCodes(formOf(`a=1&${name}=123456&b=2`));
    expect(body.kind !== 'json' && body.entries.map((entry) => entry.name)).toEqual(['a', 'b']);
  });
});

it('no code is left in a document, on any level', () => {
  const value = jsonOf({
    a: 1,
    OTPRULES_OTP_7: '1',
    b: [{ otprules_otp_7: 2, c: { 'x.OTPRULES-OTP-7': 3, d: 4 } }],
  });
  const body = withoutCodes({ kind: 'json', value });
  expect(body.kind === 'json' && canonicalText(body.value)).toBe('{"a":1,"b":[{"c":{"d":4}}]}');
  expect(isObject(value) && value.size).toBe(3);
});
