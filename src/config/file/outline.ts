import * as z from 'zod';

const text = z.string().optional().catch(undefined);

const outlineSchema = z
  .object({
    modules: z
      .record(
        z.string(),
        z
          .object({
            path: text,
            dialect: text,
            idPrefix: text,
            type: text,
            lists: text,
            shapes: text,
            lookup: z.object({ path: text, enumeration: text }).optional().catch(undefined),
          })
          .catch({}),
      )
      .catch({}),
    channels: z.record(z.string(), z.unknown()).catch({}),
    passthrough: z
      .array(
        z
          .union([z.string(), z.object({ path: z.string() }).transform(({ path }) => path)])
          .optional()
          .catch(undefined),
      )
      .catch([]),
    publicUrl: text,
    rules: z
      .array(
        z
          .object({
            id: z
              .union([z.string(), z.number().transform(String)])
              .optional()
              .catch(undefined),
            name: text,
            module: text,
            on: z.array(text).optional().catch(undefined),
            grant: z.unknown().optional(),
            confirm: text,
            override: z.unknown().optional(),
            send: z
              .object({
                to: z
                  .array(
                    z
                      .object({
                        channel: text,
                        address: z.object({ module: text }).optional().catch(undefined),
                      })
                      .catch({}),
                  )
                  .catch([]),
              })
              .catch({ to: [] }),
          })
          .catch({ send: { to: [] } }),
      )
      .catch([]),
  })
  .catch({ modules: {}, channels: {}, passthrough: [], rules: [] });

/** What the parts of a configuration say about each other. */
export type Outline = z.output<typeof outlineSchema>;

/** As much of the outline as can be known, whatever else is wrong, so that all problems are told at once. */
export function outlineOf(raw: unknown): Outline {
  return outlineSchema.parse(raw);
}
