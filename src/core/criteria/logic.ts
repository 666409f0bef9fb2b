import jsonLogic from 'json-logic-js';

/** The operators of JsonLogic that make one value of others: none of them asks a question. */
export type Calculation = '+' | '-' | '*' | '/' | '%' | 'min' | 'max' | 'cat' | 'substr';

/**
 * The only caller of json-logic-js. It treats objects of two keys as true, walks prototypes and prints with `log`
 * (https://github.com/jwadhams/json-logic-js), so it gets one operator that was checked, with plain numbers and texts, and nothing else.
 */
export function calculate(
  operator: Calculation,
  operands: readonly (string | number)[],
): string | number | undefined {
  const made: unknown = jsonLogic.apply({ [operator]: operands } as jsonLogic.RulesLogic, {});
  return typeof made === 'string' || typeof made === 'number' ? made : undefined;
}
