import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import { createPhoneReader } from '../../src/channels/phone.ts';

describe('a phone number', () => {
  const read = createPhoneReader({ defaultCountry: 'BR' });

  it.each([
    '+5511912345678',
    '+55 11 91234-5678',
    '+55(11)91234.5678',
    '(+55) 11 91234\u20115678',
    '0055 11 91234 5678',
    '00 55 11 912345678',
    '11 91234-5678',
    '(11) 91234-5678',
    '011 91234-5678',
    '5511912345678',
    'tel:+55-11-91234-5678',
    '011/91234-5678',
    '(11)/91234-5678',
    '+55 11/91234-5678',
    '＋５５ 11 91234-5678',
  ])('%j is +5511912345678 in Brazil', (text) => {
    expect(read(text)).toBe('+5511912345678');
  });

  it.each([
    ['+44 (0)20 7946 0958', '+442079460958'],
    ['+54 11 15 2345-6789', '+5491123456789'],
    ['+39 06 1234 5678', '+390612345678'],
  ])('%j is %s everywhere', (text, number) => {
    expect(createPhoneReader({})(text)).toBe(number);
  });

  it.each([
    '',
    'ann@example.com',
    '11 91234-5678, 11 91234-5679',
    '11 91234-5678/9',
    '11 91234-5678/91234-5679',
    '011/91234/5678',
    'tel:+5511912345678;phone-context=x',
    'tel:+5511912345678,+5511912345679',
    '11 91234-5678 ext. 5',
    '11912345678;phone-context=+44',
    '+55 11 91234-5678 +55 11 91234-5679',
    '+55 11 ٩1234-5678',
    '+55 11 9123',
    '1-800-FLOWERS',
    '1'.repeat(10_000),
  ])('%j is none', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it.each([
    ['MX', '+52 1 55 1234 5678', '+525512345678'],
    ['MX', '5215512345678', '+525512345678'],
    ['MX', '044 55 1234 5678', '+525512345678'],
    ['MX', '045 (55) 1234-5678', '+525512345678'],
    ['MX', '01 55 1234 5678', '+525512345678'],
    ['MX', '0155 1234 567', undefined],
    ['DE', '٠١٥١ ٢٣٤٥ ٦٧٨٩', '+4915123456789'],
    ['DE', '०१५१/२३४५६७८९', '+4915123456789'],
    ['DE', '٠151 23456789', undefined],
    ['DE', '②0151 2345678', undefined],
    ['DE', '+49 30 1234567²', undefined],
    ['DE', '030 1234567¹', undefined],
    ['DE', '0151/23456789', '+4915123456789'],
    ['DE', '4915123456789', '+4915123456789'],
    ['DE', '49 30 123456', '+4930123456'],
    ['DE', '+49 (0)151/23456789', '+4915123456789'],
    ['US', '201/555-0123', '+12015550123'],
    ['US', '12015550123', '+12015550123'],
    ['IT', '06/12345678', '+390612345678'],
    ['IN', '919876543210', '+919876543210'],
    ['IN', '9198765432', '+919198765432'],
  ] as const)('in %s, %j is %s', (defaultCountry, text, number) => {
    expect(createPhoneReader({ defaultCountry })(text)).toBe(number);
  });

  const mobiles = Object.entries(examples) as [CountryCode, string][];

  it.each(
    mobiles,
  )('of %s is the same with its plus, without it, and as it is dialled there', (country, digits) => {
    const number = parsePhoneNumberFromString(digits, country);
    if (!number?.isValid() || number.country !== country || number.getType() === 'PERSONAL_NUMBER') return;
    const read = createPhoneReader({ defaultCountry: country });
    const wanted = createPhoneReader({})(number.number);
    const spellings = [
      number.number,
      number.number.slice(1),
      `00${number.number.slice(1)}`,
      number.formatNational(),
    ];
    for (const text of spellings) expect([wanted, undefined], text).toContain(read(text));
    expect(read(number.number)).toBe(wanted);
    expect(read(number.number.slice(1))).toBe(wanted);
  });

  it('without a country is none where there is no default', () => {
    expect(createPhoneReader({})('11 91234-5678')).toBeUndefined();
  });
});

describe('a number that costs', () => {
  it.each([
    ['of premium rate', '+1 900 234 5678'],
    ['of premium rate', '+44 909 879 0879'],
    ['of shared cost', '+55 300 123 4567'],
    ['of a person, wherever that is', '+44 70 1234 5678'],
    ['of premium rate in no country', '+979 1234 5678 9'],
    ['of a satellite', '+881 6 1234 5678'],
  ])('%s is refused: %s', (_, text) => {
    expect(createPhoneReader({})(text)).toBeUndefined();
  });

  it.each(['112', '190', '40404'])('is short, and refused: %s', (text) => {
    expect(createPhoneReader({ defaultCountry: 'BR' })(text)).toBeUndefined();
    expect(createPhoneReader({})(`+55${text}`)).toBeUndefined();
  });
});

describe('countries', () => {
  const [brazil, jamaica, america] = ['+5511912345678', '+18765551234', '+12015550123'];

  it.each([
    ['all of them where none is named', {}, [brazil, jamaica, america]],
    ['the default one only, where no others are named', { defaultCountry: 'BR' }, [brazil]],
    ['those that are named', { defaultCountry: 'BR', countries: ['US'] }, [america]],
    ['those that are named, and not who shares their prefix', { countries: ['US', 'BR'] }, [brazil, america]],
  ])('%s', (_, options, allowed) => {
    const read = createPhoneReader(options);
    expect([brazil, jamaica, america].filter((number) => read(number) === number)).toEqual(allowed);
  });
});
