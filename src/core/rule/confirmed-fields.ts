import { candidatesOf, nestedCandidatesOf } from '../likeness/likeness.ts';
import type { JsonObject } from '../wire/json.ts';
import { boundFieldsOf, type Rule } from './rule.ts';

/**
 * What of a save its code is about: the members that some reader takes for a field which the code is bound to or the message
 * shows, wherever in them it stands; with `binds: body`, all.
 */
export function confirmedFieldsOf(rule: Rule, fields: JsonObject): JsonObject {
  if (rule.binds === 'body') return fields;
  const bound = boundFieldsOf(rule);
  return new Map(
    [...fields].filter((member) => {
      const alone = new Map([member]);
      return bound.some(
        (field) => candidatesOf(alone, field).length + nestedCandidatesOf(alone, field, null).length > 0,
      );
    }),
  );
}
