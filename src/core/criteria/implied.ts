import { jsonOf, type Scalar } from '../wire/json.ts';

/** What a save has to say so that criteria apply to it, as far as the criteria alone tell. */
export type Implied = {
  /** New values of fields that the criteria name: `changed_to: [status, Delivered]` implies one. */
  readonly values: ReadonlyMap<string, Scalar>;
  /** Fields that have to change, to a value that the criteria leave open. */
  readonly open: readonly string[];
};

const NOTHING: Implied = { values: new Map(), open: [] };

/**
 * Reads checked criteria. All parts of a conjunction add to each other. Of the alternatives of an `or` one counts where it is the
 * only one that names values; where there are several, nobody knows which of them is meant, and the fields of the first are open.
 */
export function impliedBy(source: unknown): Implied {
  const [operator, operand] = Object.entries(source ?? {})[0] ?? [];
  if (operator === undefined || typeof source !== 'object' || Array.isArray(source)) return NOTHING;
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const [first, second] = operands;
  switch (operator) {
    case 'and':
      return jointly(operands.map(impliedBy));
    case 'or':
      return alternatively(operands.map(impliedBy));
    case 'changed':
    case 'changed_from':
      return { ...NOTHING, open: [String(first)] };
    case 'changed_to':
      return imply(String(first), second);
    case '==':
    case '===':
      return equality(first, second) ?? equality(second, first) ?? NOTHING;
    default:
      return NOTHING;
  }
}

function imply(field: string, value: unknown): Implied {
  return { ...NOTHING, values: new Map([[field, jsonOf(value) as Scalar]]) };
}

/** `{ "==": [{ var: record.status }, Delivered] }`, of a field that is no part of another one. */
function equality(variable: unknown, literal: unknown): Implied | undefined {
  if (typeof literal === 'object' && literal !== null) return undefined;
  const { var: path } = (variable ?? {}) as { readonly var?: unknown };
  const [root, field, ...rest] = String(Array.isArray(path) ? path[0] : path).split('.');
  return root === 'record' && field !== undefined && rest.length === 0 ? imply(field, literal) : undefined;
}

function jointly(parts: readonly Implied[]): Implied {
  const values = new Map<string, Scalar>();
  const open = new Set<string>();
  for (const [field, value] of parts.flatMap((part) => [...part.values])) {
    const other = values.get(field);
    if (other !== undefined && !isSame(other, value)) open.add(field);
    else values.set(field, value);
  }
  for (const field of parts.flatMap((part) => part.open)) if (!values.has(field)) open.add(field);
  return { values, open: [...open] };
}

function alternatively(parts: readonly Implied[]): Implied {
  const whole = parts.filter(({ values, open }) => values.size > 0 && open.length === 0);
  const [only] = whole;
  if (only && whole.every((other) => isAlike(only, other))) return only;
  const first = parts.find(({ values, open }) => values.size + open.length > 0) ?? NOTHING;
  return { ...NOTHING, open: [...new Set([...first.values.keys(), ...first.open])] };
}

function isAlike({ values: one }: Implied, { values: two }: Implied): boolean {
  return one.size === two.size && [...one].every(([field, value]) => isSame(two.get(field), value));
}

function isSame(one: Scalar | undefined, two: Scalar): boolean {
  return JSON.stringify(one) === JSON.stringify(two);
}
