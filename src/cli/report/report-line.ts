import * as z from 'zod';
import type { Keys } from '../../core/saving/declared.ts';
import type { DecisionRecord } from '../../core/verdict/decision-record.ts';

/** The names of what was saved, by module. */
const names = z.record(z.string(), z.array(z.string())).catch({});

const keys: z.ZodType<Keys> = z.lazy(() => z.record(z.string(), z.union([z.string(), z.boolean(), keys])));
const declared = z.object({ module: z.string(), keys, onlyWhere: z.string().optional() });

/** The members of a `DecisionRecord` that are added up, as they come out of a log. */
const members = {
  time: z.string().catch(''),
  decision: z.string(),
  request: z.string().catch(''),
  verdict: z.string(),
  would: z.string().optional(),
  method: z.string().catch(''),
  path: z.string().optional(),
  detail: z.string().catch(''),
  written: z
    .object({
      type: z.string().optional(),
      idPrefix: z.string().optional(),
      operation: z.string().optional(),
      dialect: z.string().optional(),
      path: z.string().optional(),
      isDoor: z.literal(true).optional(),
      home: z
        .object({ module: z.string(), part: z.enum(['list', 'record', 'below']) })
        .optional()
        .catch(undefined),
      call: z.record(z.string(), z.string()).optional().catch(undefined),
      declared: z.array(declared).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  named: names,
  beside: names,
  nested: z
    .array(
      z.object({
        module: z.string(),
        member: z.string(),
        as: z.enum(['value', 'relation', 'unclear']),
        of: z.string().optional(),
      }),
    )
    .catch([]),
  steered: z
    .array(
      z.object({
        module: z.string(),
        query: z.array(z.string()),
        headers: z.array(z.string()),
        differs: z.boolean(),
      }),
    )
    .catch([]),
  why: z
    .array(
      z.object({
        rule: z.string(),
        record: z.string().nullable().catch(null),
        about: z.string(),
        why: z.array(z.string()),
        mode: z.string(),
      }),
    )
    .catch([]),
} satisfies Partial<Record<keyof DecisionRecord | 'time', z.ZodType>>;

const line = z.object(members);

/** What a line of the log tells of a decision. */
export type ToldDecision = z.output<typeof line>;

/** The decision that the line tells of; undefined where it tells of something else. Collectors put a name or a time before a line. */
export function decisionIn(text: string): ToldDecision | undefined {
  if (!text.includes('"decision":')) return undefined;
  try {
    return line.safeParse(JSON.parse(text.slice(text.indexOf('{')))).data;
  } catch {
    return undefined;
  }
}
