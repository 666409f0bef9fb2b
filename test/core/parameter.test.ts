import { describe, expect, it } from 'vitest';
import {
  aliasOf,
  codeOfField,
  codesOfHeader,
  fieldNameOf,
  headerNameOf,
  isParameter,
  sanitise,
} from '../../src/core/wire/parameter.ts';

it.each([
  ['Test Rule 1 & Test 2 @ XYZ', 'TestRule1Test2XYZ'],
  ['Delivery Confirmation OTP', 'DeliveryConfirmationOTP'],
  ['Confirmação', 'Confirmao'],
  ['_-.', ''],
  ['', ''],
])('the name %j is sanitised to %j', (name, sanitised) => {
  expect(sanitise(name)).toBe(sanitised);
});

describe('names under which a code travels', () => {
  it.each([
    ['OTPRULES-OTP-7', '7'],
    ['otprules-otp-7', '7'],
    ['OtpRules_Otp_7', '7'],
    ['OTPRULES.OTP.7', '7'],
    ['OTPRULESOTP7', '7'],
    ['OTPRULES_OTP_7', '7'],
    ['otprules_otp_7', '7'],
    [' OTPRULES_OTP_7', '7'],
    ['OTPRULES_OTP_7 ', '7'],
    ['OTPRULES OTP 7', '7'],
    ['OTPRULES_OTP_7[]', '7'],
    ['\0OTPRULES_OTP_7', '7'],
    ['ＯＴＰRULES_OTP_７', '7'],
    ['OTP\u200bRULES_OTP_7', '7'],
    ['OTPRULES_OTP_TestRule1Test2XYZ', 'testrule1test2xyz'],
    ['OTPRULES-OTP-Test-Rule-1', 'testrule1'],
    ['OTPRULES-OTP', ''],
    ['otprules_otp_', ''],
  ])('%j names %j', (name, alias) => {
    expect(isParameter(name)).toBe(true);
    expect(aliasOf(name)).toBe(alias);
  });

  it.each([
    'status',
    'OTPRULES',
    'OTPRULES-Grant',
    'OTPRULES-Result',
    'x_OTPRULES_OTP_7',
    'OTP_7',
    'otp',
    '',
  ])('%j is none', (name) => {
    expect(isParameter(name)).toBe(false);
    expect(aliasOf(name)).toBeUndefined();
    expect(codesOfHeader(name, '7=123456')).toEqual([]);
    expect(codeOfField(name, '123456')).toBeUndefined();
  });

  it('are read back from how they are written', () => {
    expect(aliasOf(headerNameOf('7'))).toBe('7');
    expect(aliasOf(fieldNameOf('DeliveryOTP'))).toBe('deliveryotp');
  });
});

it('a field gives its value as it is', () => {
  expect(codeOfField('OTPRULES_OTP_7', { lexeme: '12345' })).toEqual({
    alias: '7',
    value: { lexeme: '12345' },
  });
  expect(codeOfField('OTPRULES_OTP_', '1')).toBeUndefined();
});

it('a header gives its value as it is, repeated ones too', () => {
  expect(codesOfHeader('otprules-otp-7', '123456, 654321')).toEqual([
    { alias: '7', value: '123456, 654321' },
  ]);
});

describe('the fixed header', () => {
  it.each([
    ['7=123456', [{ alias: '7', value: '123456' }]],
    [' 7 = 123456 ', [{ alias: '7', value: '123456' }]],
    [
      '7=123456,8=654321',
      [
        { alias: '7', value: '123456' },
        { alias: '8', value: '654321' },
      ],
    ],
    ['7/45=123456', [{ alias: '7', record: '45', value: '123456' }]],
    [
      '7/45=1, 7/46=2 ,8=3',
      [
        { alias: '7', record: '45', value: '1' },
        { alias: '7', record: '46', value: '2' },
        { alias: '8', value: '3' },
      ],
    ],
    [
      'Delivery Confirmation OTP / 17x123 = 1',
      [{ alias: 'deliveryconfirmationotp', record: '17x123', value: '1' }],
    ],
    ['7/a/b=1', [{ alias: '7', record: 'a/b', value: '1' }]],
    ['7/=1', [{ alias: '7', value: '1' }]],
    ['7=', [{ alias: '7', value: '' }]],
    ['7=1=2', [{ alias: '7', value: '1=2' }]],
    ['123456', []],
    ['=123456', []],
    ['/45=123456', []],
    ['', []],
    [',,', []],
  ])('%j', (value, codes) => {
    expect(codesOfHeader('OTPRULES-OTP', value)).toEqual(codes);
  });

  it('is read in one go, however long and odd it is', () => {
    expect(codesOfHeader('OTPRULES-OTP', `7${' '.repeat(100_000)}`)).toEqual([]);
    expect(codesOfHeader('OTPRULES-OTP', `7${' '.repeat(100_000)}/${' '.repeat(100_000)}=1`)).toEqual([
      { alias: '7', value: '1' },
    ]);
  });
});
