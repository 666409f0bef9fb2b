import { type CountryCode, type NumberType, parsePhoneNumberFromString } from 'libphonenumber-js/max';

export type PhoneOptions = {
  /** Where numbers without a country are at home, ISO 3166-1. */
  readonly defaultCountry?: string | undefined;
  /** Where messages may go; that of `defaultCountry` where it is left out, and everywhere where that is left out too. */
  readonly countries?: readonly string[] | undefined;
};

/** Numbers that pay whom they belong to, or that no person reads. */
const COSTLY: readonly NumberType[] = [
  'PREMIUM_RATE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'UAN',
  'VOICEMAIL',
  'PAGER',
];

const SEPARATORS = /[\s().\-\u2010-\u2015]/g;

/**
 * Reads a phone number as E.164, or undefined where a message may not go there: no whole number, a short one, one of premium rate,
 * one of no country (satellites and the like), or of a country that is not listed.
 */
export function createPhoneReader({
  defaultCountry,
  countries,
}: PhoneOptions): (text: string) => string | undefined {
  const allowed = countries ?? (defaultCountry === undefined ? undefined : [defaultCountry]);
  const settings = {
    ...(defaultCountry !== undefined && { defaultCountry: defaultCountry as CountryCode }),
    extract: false,
  };
  return (text) => {
    const plain = text.normalize('NFKC').replace(SEPARATORS, '');
    if (!/^\+?[0-9]+$/.test(plain)) return undefined;
    // Always "+", whatever the default country dials for abroad: in Brazil, 0055 11 … would be read as a carrier and 11 ….
    const number = parsePhoneNumberFromString(plain.replace(/^00/, '+'), settings);
    if (!number?.isValid() || number.country === undefined) return undefined;
    if (COSTLY.includes(number.getType())) return undefined;
    return allowed === undefined || allowed.includes(number.country) ? number.number : undefined;
  };
}

/** The country of a number in E.164, ISO 3166-1; undefined where it has none. */
export function countryOfNumber(number: string): string | undefined {
  return parsePhoneNumberFromString(number)?.country;
}
