import * as z from 'zod';
import { checkCallerCriteria } from './check-texts.ts';

/** Who may vouch for saves under a rule. */
export const overrideSchema = z.strictObject({
  by: z
    .union([z.boolean(), z.record(z.string(), z.unknown())], {
      error: 'must be true, or criteria such as { "==": [{ var: caller.role }, manager] }',
    })
    .superRefine(checkCallerCriteria)
    .describe('Who may vouch for a save: JsonLogic over caller. Where it is not certain, nobody may.'),
  reason: z.int().min(1).max(500).prefault(20).describe('Least number of letters of the reason.'),
  perDay: z
    .int()
    .min(1)
    .max(1000)
    .prefault(5)
    .describe('Saves that one person may vouch for under this rule in 24 hours.'),
  tell: z
    .boolean()
    .prefault(true)
    .describe('Whether the customer is told afterwards, at the address as it was stored before the save.'),
});
