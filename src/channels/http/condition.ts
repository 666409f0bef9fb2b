import * as z from 'zod';
import type { Revealed } from '../../kinds/secret.ts';
import { pointer } from '../../kinds/values.ts';
import type { Delivery } from '../../ports.ts';
import { jsonIn, valueAt } from '../json-members.ts';

const status = z.union([z.int().min(100).max(599), z.enum(['1xx', '2xx', '3xx', '4xx', '5xx'])], {
  error: 'must be a status such as 202, or a class such as 2xx',
});
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const one = z
  .strictObject({
    status: z
      .union([status, z.array(status).min(1)])
      .optional()
      .describe('A status, a class of them such as 2xx, or a list.'),
    json: z
      .record(pointer, z.union([scalar, z.array(scalar).min(1)]))
      .optional()
      .describe('By JSON pointer, the value that stands there, or a list of such values.'),
    text: z.string().min(1).optional().describe('How the text of the answer begins.'),
  })
  .refine((condition) => Object.keys(condition).length > 0, { error: 'wants status, json or text' });

/** One condition, or several of which one has to hold. */
export const conditions = z.union([one, z.array(one).min(1)]);

type One = Revealed<z.output<typeof one>>;
/** Conditions over an answer, of which one has to hold. */
export type Conditions = Revealed<z.output<typeof conditions>>;

/** A verdict over answers: first what is accepted, then what is refused; what is neither may have arrived. */
export function judgeBy(accepted: Conditions, refused: Conditions) {
  return (code: number, answer: string): Delivery => {
    const json = jsonIn(answer);
    const holds = (condition: One) =>
      hasStatus(condition, code) &&
      Object.entries(condition.json ?? {}).every(([at, wanted]) => isAmong(valueAt(json, at), wanted)) &&
      answer.trimStart().startsWith(condition.text ?? '');
    if ([accepted].flat().some(holds)) return { kind: 'accepted' };
    const reason = `HTTP ${code}`;
    if ([refused].flat().some(holds)) return { kind: 'refused', reason };
    return { kind: 'unknown', reason };
  };
}

function hasStatus({ status: wanted }: One, code: number): boolean {
  return (
    wanted === undefined ||
    [wanted].flat().some((one) => one === code || one === `${Math.floor(code / 100)}xx`)
  );
}

/** Providers write a status as 0 and as "0". */
function isAmong(
  found: unknown,
  wanted: z.output<typeof scalar> | readonly z.output<typeof scalar>[],
): boolean {
  if (found === undefined || (typeof found === 'object' && found !== null)) return false;
  return [wanted].flat().some((value) => String(value) === String(found));
}
