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
    '11 91234-5678 ext. 5',
    '11912345678;phone-context=+44',
    'tel:+5511912345678',
    '+55 11 91234-5678 +55 11 91234-5679',
    '+55 11 ٩1234-5678',
    '+55 11 9123',
    '1-800-FLOWERS',
    '1'.repeat(10_000),
  ])('%j is none', (text) => {
    expect(read(text)).toBeUndefined();
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
