import { isNumeric } from '../likeness/numbers.ts';
import { isNumber, textOf } from '../wire/json.ts';
import type { Node } from './criteria-node.ts';

/** Fields of the record that the criteria read as numbers: calculated with, compared with a number, or ordered by what is no text. */
export function numberFieldsOf(node: Node): readonly string[] {
  return [...new Set(fieldsIn(node))];
}

function fieldsIn(node: Node): readonly string[] {
  switch (node.kind) {
    case 'clause':
      return 'value' in node.clause && isNumber(node.clause.value) ? [node.clause.field] : [];
    case 'comparison': {
      const parts = node.parts.filter((part) => part !== undefined);
      const literals = parts.flatMap((part) => (part.kind === 'literal' ? [part.values[0].value] : []));
      const isOrder = /^[<>]/.test(node.operator);
      const areNumbers =
        literals.length > 0
          ? literals.every((value) => isNumber(value) || (isOrder && isNumeric(textOf(value) ?? '')))
          : isOrder;
      return [...(areNumbers ? parts.flatMap(ownField) : []), ...parts.flatMap(fieldsIn)];
    }
    case 'calculation':
      return [
        ...(node.operator === 'cat' || node.operator === 'substr' ? [] : node.parts.flatMap(ownField)),
        ...node.parts.flatMap(fieldsIn),
      ];
    default:
      return 'parts' in node ? node.parts.flatMap(fieldsIn) : [];
  }
}

function ownField(node: Node): readonly string[] {
  if (node.kind !== 'var') return [];
  const [root, field = '', ...rest] = node.path;
  return (root === 'record' || root === 'before') && rest.length === 0 ? [field] : [];
}
