import * as z from 'zod';
import { type Filling, filled } from './places.ts';

const member = z.string().min(1);

/** What is sent as a body: JSON in which each text may have places, or the fields of a form. */
export const bodySchema = z
  .strictObject({
    json: z.json().optional().describe('Any JSON; each text in it may have places, and stays a text.'),
    form: z.record(member, z.string()).optional().describe('Names and values of a form.'),
  })
  .refine(({ json, form }) => (json === undefined) !== (form === undefined), {
    error: 'wants exactly one of json and form',
  });

/** A body with places, as JSON or as a form. */
export type BodyTemplate = { readonly json?: unknown; readonly form?: Readonly<Record<string, string>> };

/** The body of one message, with its media type. What a value holds cannot end the place in which it stands. */
export function bodyOf(
  { json, form }: BodyTemplate,
  filling: Filling,
): { readonly type: string; readonly text: string } {
  if (form) {
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries(form)) fields.append(name, filled(value, filling));
    return { type: 'application/x-www-form-urlencoded', text: fields.toString() };
  }
  const text = JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'string' ? filled(value, filling) : value,
  );
  return { type: 'application/json', text };
}

/** The texts of a body that may have places. */
export function textsOf(body: unknown): readonly string[] {
  const texts: string[] = [];
  JSON.stringify([body], (_, value: unknown) => {
    if (typeof value === 'string') texts.push(value);
    return value;
  });
  return texts;
}
