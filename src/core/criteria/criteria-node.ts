import { fold } from '../likeness/fold.ts';
import { jsonOf, type Scalar, textOf } from '../wire/json.ts';
import type { Clause } from './clauses.ts';
import { LOOSE, type Logic, STRICT } from './logic.ts';

/** A compiled node: what is known without the stored record, and the JsonLogic of both views. */
export type Node = { readonly exact: Logic; readonly folded: Logic } & (
  | { readonly kind: 'clause'; readonly clause: Clause }
  | { readonly kind: 'and' | 'or' | '!'; readonly parts: readonly Node[] }
  | { readonly kind: 'literal'; readonly truth: boolean }
  /** `caller`: the paths below `caller` that it reads. */
  | { readonly kind: 'other'; readonly caller: readonly (readonly string[])[] }
);

/** What is wrong with a node, and where in the criteria. */
export type NodeFault = { readonly path: readonly (string | number)[]; readonly message: string };

export type CompiledNode = {
  readonly node: Node;
  readonly faults: readonly NodeFault[];
  readonly clauses: readonly Clause[];
  /** Every `var` path, split: `['record', 'status']`. */
  readonly paths: readonly (readonly string[])[];
};

const MAX_DEPTH = 32;
const MAX_NODES = 500;
const ROOTS = ['record', 'before', 'save', 'caller', 'request', 'now'];
const CLAUSES = { changed: 1, changed_to: 2, changed_from: 2 } as const;

/** Operators of JsonLogic with the fewest and the most operands that make sense. `log`, `map` and their kind are left out. */
const OPERATORS: Readonly<Record<string, readonly [number, number]>> = {
  '==': [2, 2],
  '===': [2, 2],
  '!=': [2, 2],
  '!==': [2, 2],
  '>': [2, 2],
  '>=': [2, 2],
  '<': [2, 3],
  '<=': [2, 3],
  '!': [1, 1],
  '!!': [1, 1],
  and: [1, 99],
  or: [1, 99],
  if: [2, 99],
  '?:': [3, 3],
  in: [2, 2],
  cat: [1, 99],
  substr: [2, 3],
  '+': [1, 99],
  '-': [1, 2],
  '*': [1, 99],
  '/': [2, 2],
  '%': [2, 2],
  min: [1, 99],
  max: [1, 99],
};

/**
 * Checks criteria node by node and compiles them. Everything that json-logic-js would take in silence is a fault here:
 * `{}` and objects of two keys (true), unknown operators (found only when reached), computed `var` paths.
 */
export function compileNode(source: unknown): CompiledNode {
  const compiler = new Compiler();
  const node = compiler.node(source, [], 0);
  return { node, faults: compiler.faults, clauses: compiler.clauses, paths: compiler.paths };
}

class Compiler {
  readonly faults: NodeFault[] = [];
  readonly clauses: Clause[] = [];
  readonly paths: (readonly string[])[] = [];
  private nodes = 0;

  node(source: unknown, path: readonly (string | number)[], depth: number): Node {
    if (depth > MAX_DEPTH) return this.fault(path, `nested deeper than ${MAX_DEPTH} levels`);
    if (++this.nodes > MAX_NODES) return this.fault(path, `more than ${MAX_NODES} nodes`);
    if (isLiteral(source)) {
      const folded = typeof source === 'string' ? fold(source) : source;
      return { kind: 'literal', truth: Boolean(source), exact: source, folded };
    }
    if (Array.isArray(source)) return this.list(source, path, depth);
    const keys = Object.keys(source ?? {});
    const [operator] = keys;
    if (operator === undefined || keys.length > 1) {
      return this.fault(
        path,
        `a node has exactly one operator, this one has ${keys.length === 0 ? 'none' : keys.join(', ')}`,
      );
    }
    const operand = (source as Record<string, unknown>)[operator];
    const here = [...path, operator];
    if (Object.hasOwn(CLAUSES, operator)) return this.clause(operator as Clause['kind'], operand, here);
    if (operator === 'var') return this.variable(operand, here);
    return this.operation(operator, operand, here, depth);
  }

  private operation(
    operator: string,
    operand: unknown,
    path: readonly (string | number)[],
    depth: number,
  ): Node {
    const arity = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (!arity) {
      const known = ['var', ...Object.keys(CLAUSES), ...Object.keys(OPERATORS)].join(' ');
      return this.fault(path, `unknown operator; known are ${known}`);
    }
    const operands = Array.isArray(operand) ? operand : [operand];
    if (operands.length < arity[0] || operands.length > arity[1]) {
      const wanted = arity[0] === arity[1] ? `${arity[0]}` : `${arity[0]} to ${arity[1]}`;
      return this.fault(path, `wants ${wanted} operands, has ${operands.length}`);
    }
    const earlier = this.paths.length;
    const parts = operands.map((part, index) => this.node(part, [...path, index], depth + 1));
    const strict = STRICT[operator] ?? operator;
    const exact = { [strict]: parts.map((part) => part.exact) } as Logic;
    const folded = {
      [LOOSE[operator] ?? strict]: literalLast(operator, parts).map((part) => part.folded),
    } as Logic;
    const known = operator === 'and' || operator === 'or' || operator === '!';
    const caller = this.paths.slice(earlier).filter(([root]) => root === 'caller');
    return known ? { kind: operator, parts, exact, folded } : { kind: 'other', caller, exact, folded };
  }

  private clause(kind: Clause['kind'], operand: unknown, path: readonly (string | number)[]): Node {
    const operands = Array.isArray(operand) ? operand : [operand];
    const [field, value] = operands;
    if (
      operands.length !== CLAUSES[kind] ||
      typeof field !== 'string' ||
      field === '' ||
      !isLiteral(value ?? null)
    ) {
      const shape = kind === 'changed' ? 'the name of a field' : '[the name of a field, a value]';
      return this.fault(path, `wants ${shape}`);
    }
    const wanted = jsonOf(value ?? null) as Scalar;
    const clause: Clause =
      kind === 'changed'
        ? { kind, field }
        : { kind, field, value: wanted, folded: fold(textOf(wanted) ?? '') };
    const logic = { var: `changes.${this.clauses.length}` } as Logic;
    this.clauses.push(clause);
    return { kind: 'clause', clause, exact: logic, folded: logic };
  }

  private variable(operand: unknown, path: readonly (string | number)[]): Node {
    const [name, fallback] = Array.isArray(operand) ? operand : [operand];
    if (
      typeof name !== 'string' ||
      (Array.isArray(operand) && operand.length > 2) ||
      !isLiteral(fallback ?? null)
    ) {
      return this.fault(path, 'wants a literal path such as "record.status", or [path, a literal default]');
    }
    const steps = name.split('.');
    const root = steps[0] ?? '';
    if (!ROOTS.includes(root)) return this.fault(path, `"${name}" starts with none of ${ROOTS.join(', ')}`);
    if ((root === 'record' || root === 'before') && steps.length < 2)
      return this.fault(path, `"${name}" names no field`);
    if (steps.some((step) => step === '' || ['__proto__', 'constructor', 'prototype'].includes(step))) {
      return this.fault(path, `"${name}" is not a path of plain names`);
    }
    this.paths.push(steps);
    const withDefault = (value: unknown) => ({ var: fallback === undefined ? name : [name, value] }) as Logic;
    const folded = typeof fallback === 'string' ? fold(fallback) : fallback;
    const caller = root === 'caller' ? [steps] : [];
    return { kind: 'other', caller, exact: withDefault(fallback), folded: withDefault(folded) };
  }

  private list(items: readonly unknown[], path: readonly (string | number)[], depth: number): Node {
    const parts = items.map((item, index) => this.node(item, [...path, index], depth + 1));
    const [exact, folded] = [parts.map((part) => part.exact), parts.map((part) => part.folded)];
    return {
      kind: 'other',
      caller: [],
      exact: exact as unknown as Logic,
      folded: folded as unknown as Logic,
    };
  }

  private fault(path: readonly (string | number)[], message: string): Node {
    this.faults.push({ path, message });
    return { kind: 'literal', truth: true, exact: true, folded: true };
  }
}

/** An equality asks whether a value may become the wanted one, so what is written in the criteria stands second. */
function literalLast(operator: string, parts: readonly Node[]): readonly Node[] {
  return operator !== 'in' && operator in LOOSE && parts[0]?.kind === 'literal' ? parts.toReversed() : parts;
}

function isLiteral(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}
