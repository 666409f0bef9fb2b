/** What properties draw their values from, unless they name a seed themselves. */
const USUAL = 1;

/** The seed that `PROPERTY_SEED` asks for; undefined for another one each time. */
export function propertySeed(asked = process.env['PROPERTY_SEED']): number | undefined {
  if (asked === undefined || asked === '') return USUAL;
  if (asked === 'random') return undefined;
  if (!/^-?\d+$/.test(asked)) throw new Error(`PROPERTY_SEED is "random" or a whole number, not "${asked}"`);
  return Number(asked);
}
