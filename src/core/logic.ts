import jsonLogic from 'json-logic-js';

/** A JsonLogic tree that `core/criteria.ts` has checked node by node. */
export type Logic = jsonLogic.RulesLogic;

/**
 * The only call of json-logic-js. It treats objects of two keys as true, walks prototypes and prints with `log`
 * (https://github.com/jwadhams/json-logic-js), so it gets trees that were checked and facts without a prototype, no others.
 */
export function truthOf(logic: Logic, facts: unknown): boolean {
  return jsonLogic.truthy(jsonLogic.apply(logic, facts));
}
