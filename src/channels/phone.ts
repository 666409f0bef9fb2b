import type { CountryCode, NumberType } from 'libphonenumber-js/max';
import { plainPhone } from '../core/rule/recipient.ts';
import { phonePlans } from './phone-plans.ts';

/** To which numbers messages may go. */
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

/**
 * Reads a phone number as E.164, or undefined where a message may not go there: no whole number, a short one, one of premium rate,
 * one of no country (satellites and the like), or of a country that is not listed.
 */
export function createPhoneReader({
  defaultCountry,
  countries,
}: PhoneOptions): (text: string) => string | undefined {
  const allowed = countries ?? (defaultCountry === undefined ? undefined : [defaultCountry]);
  const home = defaultCountry as CountryCode | undefined;
  // With the channel, and not with its first message.
  phonePlans();
  return (text) => {
    const plain = plainPhone(text);
    const number = plain === undefined ? undefined : readPlain(plain, home);
    if (!number?.isValid() || number.country === undefined) return undefined;
    if (COSTLY.includes(number.getType())) return undefined;
    return allowed === undefined || allowed.includes(number.country) ? number.number : undefined;
  };
}

/**
 * A number of digits, with or without its plus. One without is of the default country: whole, as messengers write it, where that is
 * a number, or as people there dial it. It is never read as dialled at home where it is whole: `4915123456789` is no number of the town 04915.
 */
function readPlain(plain: string, home: CountryCode | undefined) {
  const { getCountryCallingCode, parsePhoneNumberFromString } = phonePlans();
  if (plain.startsWith('+')) return parsePhoneNumberFromString(currentOf(plain), { extract: false });
  if (home === undefined) return undefined;
  const whole = plain.startsWith(getCountryCallingCode(home))
    ? parsePhoneNumberFromString(currentOf(`+${plain}`), { extract: false })
    : undefined;
  return whole?.isValid()
    ? whole
    : parsePhoneNumberFromString(dialledToday(plain, home), { defaultCountry: home, extract: false });
}

/** A number as it is dialled at home today: Mexico gave up what stood before its ten digits (`044`, `045`, `01`) in 2019, too. */
function dialledToday(plain: string, home: CountryCode): string {
  return home === 'MX' ? plain.replace(/^(?:04[45]|01)(?=\d{10}$)/, '') : plain;
}

/** Mexico took the 1 out of its mobile numbers in 2019. Source: https://www.itu.int/oth/T020200008D/en */
function currentOf(number: string): string {
  return number.replace(/^\+521(?=\d{10}$)/, '+52');
}

/** The country of a number in E.164, ISO 3166-1; undefined where it has none. */
export function countryOfNumber(number: string): string | undefined {
  return phonePlans().parsePhoneNumberFromString(number)?.country;
}
