import * as z from 'zod';
import { placesIn, REFUSAL_PLACES } from './refusal-template.ts';

/** The form of refusals, of the whole or of a module. */
export const refusalSchema = z.strictObject({
  type: z
    .string()
    .regex(/^[a-z]+\/[a-z0-9.+-]+$/, { error: 'must be a media type such as application/json' })
    .prefault('application/json')
    .describe('Content-Type of a refusal.'),
  status: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .describe('Status of every refusal. Default: that of the problem.'),
  body: z
    .union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())])
    .superRefine((body, context) => {
      const known: readonly string[] = REFUSAL_PLACES;
      const strange = placesIn(body).find((name) => !known.includes(name));
      if (strange !== undefined)
        context.addIssue({
          code: 'custom',
          message: `has a place {{${strange}}} that no problem fills; known are ${known.join(' ')}`,
        });
    })
    .describe(
      'A text, or JSON whose texts are templates over the problem: {{slug}}, {{code}}, {{title}}, {{detail}}, {{status}}, {{type}}, {{rules}}, {{fields}}, {{retry_after}}. A text that is one place alone becomes what it names.',
    ),
});
