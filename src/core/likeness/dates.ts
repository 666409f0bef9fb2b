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
 * Whether two texts are one moment in the form of ISO 8601 that servers write and libraries write back: `2026-11-01T10:00:00Z`,
 * `2026-11-01T10:00:00.000+00:00`; without a zone, both have to be without one.
 */
export function isSameMoment(one: string, other: string): boolean {
  const [first, second] = [momentIn(one), momentIn(other)];
  return first !== undefined && first === second;
}

function momentIn(text: string): string | undefined {
  const [, day, time, fraction = '', zone = ''] = MOMENT.exec(text) ?? [];
  if (day === undefined) return undefined;
  const offset = /^[+-]00:?00$/.test(zone) ? 'Z' : zone;
  return `${day}T${time}.${fraction.replace(/0+$/, '')}${offset}`;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

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
