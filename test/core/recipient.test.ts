import { describe, expect, it } from 'vitest';
import { cleanAddress, isStoredAsIs, mask, plainPhone } from '../../src/core/rule/recipient.ts';
import { jsonOf } from '../../src/core/wire/json.ts';

describe('one clean e-mail address', () => {
  it.each([
    ['ann@example.com', 'ann@example.com'],
    [' Ann.Lee+crm@Example.COM ', 'ann.lee+crm@example.com'],
    ["o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"],
    ['a@xn--80akhbyknj4f.xn--p1ai', 'a@xn--80akhbyknj4f.xn--p1ai'],
    ['Ann@Bücher.example', 'ann@xn--bcher-kva.example'],
    ['a@испытание.рф', 'a@xn--80akhbyknj4f.xn--p1ai'],
  ])('%j is %s', (value, address) => {
    expect(cleanAddress(value, 'email')).toBe(address);
  });

  it.each([
    '',
    ' ',
    'ann',
    'ann@',
    '@example.com',
    'ann@localhost',
    'ann@example',
    'a@b.co,c@d.co',
    'a@b.co;c@d.co',
    'a@b.co c@d.co',
    'Ann <a@b.co>',
    '<a@b.co>',
    '"a b"@c.co',
    'a@b.co(x)',
    'a@b.co\r\nBcc: c@d.co',
    'a@b.co\nc@d.co',
    'a\u0000@b.co',
    'a@b.co\u2028c@d.co',
    'a@b@c.co',
    '.a@b.co',
    'a.@b.co',
    'a..b@c.co',
    'a@-b.co',
    'a@b-.co',
    'a@b..co',
    'a@.co',
    'a@10.0.0.25',
    'a@[127.0.0.1]',
    'a@b.c',
    'a@b.--',
    'a@b.c1-',
    'mailto:a@b.co',
    'a@b.co?cc=c@d.co',
    'a%b.co',
    'a@b.co\u200b.evil.co',
    'ánn@b.co',
    'ä@bücher.de',
    'ann@bücher.example:25',
    'ann@bü%63her.example',
    'ann@bücher。example',
    'ann@bücher.example/x',
    '\u212a@b.co',
    `${'a'.repeat(65)}@b.co`,
    `a@${'b'.repeat(64)}.co`,
    `a@${'b.'.repeat(130)}co`,
  ])('%j is none', (value) => {
    expect(cleanAddress(value, 'email')).toBeUndefined();
  });
});

describe('one clean phone number', () => {
  it.each([
    '+55 11 91234-5678',
    '0055 11 91234 5678',
    '+55(11)912345678',
    '005511912345678',
    '+55.11.91234.5678',
    ' +55 11 91234‑5678 ',
    '+55\u00a011\u00a0912345678',
    '+55/11912345678',
    '+55 (11)/91234-5678',
    'tel:+55-11-91234-5678',
    '\u202a+55 11 91234-5678\u202c',
    '\u200e+55 11 91234-5678\u200f',
    '+٥٥ ١١ ٩١٢٣٤ ٥٦٧٨',
  ])('%j is +5511912345678', (value) => {
    expect(cleanAddress(value, 'phone')).toBe('+5511912345678');
  });

  it.each([
    '11 91234-5678',
    '+5511912345678,+5511912345679',
    '+5511912345678;phone-context=evil.test',
    'tel:+5511912345678;ext=5',
    '+55 (0)11 91234-5678',
    '+5511912345678 ext 5',
    '+5511912345678x5',
    '+5511912345678\r\n+5511912345679',
    '+0511912345678',
    '++5511912345678',
    '+5511912345678/9',
    '+5511912345678/11912345679',
    '+1234567',
    '+1234567890123456',
    '+55119١2345678',
    '911',
    '',
    '+',
    '00',
    '+55+11912345678',
    '5511912345678',
    '+5511912345678\u202e',
    '\u202e+5511912345678\u202c',
    '+551191234567⁸',
    '+551191234567⑧',
  ])('%j is none', (value) => {
    expect(cleanAddress(value, 'phone')).toBeUndefined();
  });
});

it.each([
  [null],
  [true],
  [['+5511912345678']],
  [{ a: 'a@b.co' }],
  [5511912345678],
])('%j is no phone number', (value) => {
  expect(cleanAddress(jsonOf(value), 'phone')).toBeUndefined();
});

it('other addresses are taken as they are, on one line', () => {
  expect(cleanAddress(' u-17 ', 'opaque')).toBe('u-17');
  expect(cleanAddress({ lexeme: '17' }, 'opaque')).toBe('17');
  expect(cleanAddress('a\nb', 'opaque')).toBeUndefined();
  expect(cleanAddress(undefined, 'opaque')).toBeUndefined();
});

it.each([
  ['+5511912345678', '***78'],
  ['+551191234567890', '***90'],
  ['ann@example.com', 'a***@***.com'],
  ['annabella@mail.example.co.uk', 'a***@***.uk'],
  ['an@example.com', '***@***.com'],
  ['a@b.co', '***@***.co'],
  ['12345', '***'],
  ['123456', '***56'],
  ['', '***'],
])('%s is shown as %s', (address, shown) => {
  expect(mask(address)).toBe(shown);
});

describe('an address is stored as it is by each CRM', () => {
  it.each<[string, 'phone' | 'email', boolean]>([
    ['+49 151 23456789', 'phone', true],
    ['+49 (0)151 234567890', 'phone', true],
    ['+49 (0)151 2345678901', 'phone', false],
    ['a.very.long.name.of.somebody@example.com', 'email', true],
    ['ann@example.com', 'email', true],
    [' ann@example.com', 'email', false],
    ['ann@exámple.com', 'email', false],
    ['', 'email', false],
  ])('%j as %s: %s', (value, kind, isIt) => {
    expect(isStoredAsIs(value, kind)).toBe(isIt);
  });

  it('where it is a text', () => {
    expect(isStoredAsIs(jsonOf(15123456789), 'phone')).toBe(false);
  });
});

it.each([
  '+55119123456Ⅷ',
  '+55119123456Ⅼ',
  '+551191234567²',
  '+〢〢〢〢〢〢〢〢〢',
])('%s is no number', (text) => {
  expect(plainPhone(text)).toBeUndefined();
});
