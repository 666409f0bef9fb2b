const DATE = /^\d{4}-\d\d-\d\d/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;
/** Days that PHP, PostgreSQL and Salesforce know by words alone: https://www.php.net/manual/en/datetime.formats.php#datetime.formats.relative */
const RELATIVE =
  /\b(?:now|today|to-?morrow|yesterday|noon|midnight|epoch|infinity|next|last|previous|this|first|ago|mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b/i;

/** Whether criteria want a day or a time as CRMs store it. */
export function isDate(text: string): boolean {
  return DATE.test(text);
}

/**
 * Whether a text may be stored as the wanted date, though it is written in another form: `01/31/2027`, `20270131`, `2027-1-31`, or a time whose day
 * depends on the zone. Two days in the same form are what they say. A day that is named by a word may be any: `tomorrow`.
 */
export function mayBeDate(text: string, wanted: string): boolean {
  if (!/\p{N}/u.test(text)) return RELATIVE.test(text);
  if (!isDate(text) || (DAY.test(text) && Number.isNaN(Date.parse(text)))) return true;
  if (DAY.test(text) && DAY.test(wanted)) return false;
  return Math.abs(Date.parse(text.slice(0, 10)) - Date.parse(wanted.slice(0, 10))) <= DAY_MS;
}
