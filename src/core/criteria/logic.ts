import jsonLogic from 'json-logic-js';
import { mayBecome } from '../likeness/likeness.ts';
import { jsonOf, type Scalar } from '../wire/json.ts';

/** A JsonLogic tree that `core/criteria.ts` has checked node by node. */
export type Logic = jsonLogic.RulesLogic;

/** Names for `compileNode` only: no operator of theirs can be written in criteria. */
export const LOOSE: Readonly<Record<string, string>> = {
  '==': '~=',
  '===': '~=',
  '!=': '!~',
  '!==': '!~',
  in: '~in',
};
export const STRICT: Readonly<Record<string, string>> = { '<': '~<', '<=': '~<=', '>': '~>', '>=': '~>=' };

jsonLogic.add_operation('~=', alike);
jsonLogic.add_operation('!~', (value: unknown, wanted: unknown) => !alike(value, wanted));
jsonLogic.add_operation('~in', (value: unknown, among: unknown) => {
  if (Array.isArray(among)) return among.some((wanted) => alike(value, wanted));
  return typeof among === 'string' && among.includes(String(value));
});
for (const [operator, name] of Object.entries(STRICT)) {
  jsonLogic.add_operation(name, (...operands: unknown[]) => compared(operator, operands));
}

/** Equal as a database may see it: an ENUM takes `2` for its second value, a column of numbers `45abc` for 45. */
function alike(value: unknown, wanted: unknown): boolean {
  if (typeof wanted === 'object' && wanted !== null) return value === wanted;
  return mayBecome(jsonOf(value), jsonOf(wanted) as Scalar);
}

/** JavaScript finds every comparison with `2000 EUR` false, MySQL reads 2000: a comparison that is none fails. */
function compared(operator: string, operands: readonly unknown[]): boolean {
  const texts = operands.every((operand) => typeof operand === 'string');
  if (!texts && operands.some((operand) => !isDecimal(operand))) throw new TypeError('no number');
  return jsonLogic.apply({ [operator]: operands } as unknown as Logic, {}) === true;
}

/** Whether all readers find the same number: `0x1f` is 31 to JavaScript and 0 to MySQL. */
function isDecimal(operand: unknown): boolean {
  return !Number.isNaN(Number(operand)) && !/^\s*[+-]?0[box]/i.test(String(operand));
}

/**
 * The only door to json-logic-js. It treats objects of two keys as true, walks prototypes and prints with `log`
 * (https://github.com/jwadhams/json-logic-js), so it gets trees that were checked and facts without a prototype, no others.
 */
export function truthOf(logic: Logic, facts: unknown): boolean {
  return jsonLogic.truthy(jsonLogic.apply(logic, facts));
}
