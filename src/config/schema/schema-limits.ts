import * as z from 'zod';
import { duration } from '../../kinds/values.ts';

const then = (which: string) =>
  z
    .enum(['alarm', 'refuse'])
    .prefault('alarm')
    .describe(
      `Codes that ${which}: alarm logs and counts it; refuse also sends no more until there are fewer.`,
    );
const most = (fallback: number) => z.int().min(1).max(1_000_000).prefault(fallback);
/** How often codes may be asked for and guessed, over all rules. */
export const limitsSchema = z.strictObject({
  address: z
    .strictObject({
      hour: most(5).describe('Codes to one address in an hour.'),
      day: most(10).describe('Codes to one address in a day.'),
    })
    .prefault({})
    .describe('For one address.'),
  caller: z
    .strictObject({
      hour: most(60).describe('Codes that one caller asks for in an hour.'),
      wrong: most(20).describe(
        'Wrong codes of one caller in an hour, over all records, with codes of others that they take back.',
      ),
    })
    .prefault({})
    .describe('For one caller, known by a verified name, or else by credentials, or else by address.'),
  ip: z
    .strictObject({
      hour: most(1200).describe('Codes that they ask for in an hour.'),
      wrong: most(200).describe(
        'Wrong codes of theirs in an hour, over all records, with codes of others that they take back.',
      ),
    })
    .prefault({})
    .describe(
      'For all callers without a verified name at one IP address together (of IPv6: in one /64), since credentials can be made up that the CRM does not look at.',
    ),
  total: z
    .strictObject({ minute: most(600).describe('Codes in a minute, in all.') })
    .prefault({})
    .describe('For everybody together.'),
  unverified: z
    .strictObject({
      atLeast: most(20).describe('How many codes have to have ended before they are judged.'),
      ratio: z
        .number({ error: 'must be a number such as 0.8' })
        .min(0.01)
        .max(1)
        .prefault(0.8)
        .describe('Share of codes that were never verified, from which on there are too many.'),
      per: duration('10m', '24h')
        .prefault('1h')
        .describe('The span of time in which codes are counted when they end.'),
      caller: then('one caller asked for'),
      country: then('went to the numbers of one country'),
    })
    .prefault({})
    .describe('Codes that are sent and never verified: the sign of SMS pumping.'),
});
