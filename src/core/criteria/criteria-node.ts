import { type Literal, type Scalar, scalarOf } from '../wire/json.ts';
import { type Clause, clauseOf } from './clauses.ts';
import type { Calculation } from './logic.ts';
import type { Sign } from './order.ts';
import type { Operand } from './possible.ts';

/** A question or a value of JsonLogic, with its operands. */
export type OperatorNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Node[] }
  | { readonly kind: '!' | '!!'; readonly parts: readonly [Node] }
  | { readonly kind: 'if'; readonly parts: readonly Node[] }
  | {
      readonly kind: 'comparison';
      readonly operator: '==' | '===' | '!=' | '!==' | 'in' | Sign;
      readonly parts: readonly [Node, Node, Node?];
    }
  | { readonly kind: 'calculation'; readonly operator: Calculation; readonly parts: readonly Node[] };

/** A compiled node of criteria. */
export type Node =
  | { readonly kind: 'clause'; readonly clause: Clause }
  | { readonly kind: 'literal'; readonly values: readonly [Operand] }
  | { readonly kind: 'var'; readonly path: readonly string[]; readonly fallback: Scalar }
  | { readonly kind: 'list'; readonly parts: readonly Node[] }
  | OperatorNode;

/** What is wrong with a node, and where in the criteria. */
export type NodeFault = { readonly path: readonly (string | number)[]; readonly message: string };

/** Compiled criteria, and what is wrong with them: with a fault, the node is of no use. */
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

/** Operators of JsonLogic with what they are, and the fewest and the most operands that make sense. `log`, `map` and their kind are left out. */
const OPERATORS: Readonly<Record<string, readonly [OperatorNode['kind'], number, number]>> = {
  '==': ['comparison', 2, 2],
  '===': ['comparison', 2, 2],
  '!=': ['comparison', 2, 2],
  '!==': ['comparison', 2, 2],
  '>': ['comparison', 2, 2],
  '>=': ['comparison', 2, 2],
  '<': ['comparison', 2, 3],
  '<=': ['comparison', 2, 3],
  '!': ['!', 1, 1],
  '!!': ['!!', 1, 1],
  and: ['and', 1, 99],
  or: ['or', 1, 99],
  if: ['if', 2, 99],
  '?:': ['if', 3, 3],
  in: ['comparison', 2, 2],
  cat: ['calculation', 1, 99],
  substr: ['calculation', 2, 3],
  '+': ['calculation', 1, 99],
  '-': ['calculation', 1, 2],
  '*': ['calculation', 1, 99],
  '/': ['calculation', 2, 2],
  '%': ['calculation', 2, 2],
  min: ['calculation', 1, 99],
  max: ['calculation', 1, 99],
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
    if (isLiteral(source)) return literal(source);
    if (Array.isArray(source)) {
      return {
        kind: 'list',
        parts: source.map((item, index) => this.node(item, [...path, index], depth + 1)),
      };
    }
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
    const known = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
    if (!known) {
      const names = ['var', ...Object.keys(CLAUSES), ...Object.keys(OPERATORS)].join(' ');
      return this.fault(path, `unknown operator; known are ${names}`);
    }
    const [kind, fewest, most] = known;
    const operands = Array.isArray(operand) ? operand : [operand];
    if (operands.length < fewest || operands.length > most) {
      const wanted = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
      return this.fault(path, `wants ${wanted} operands, has ${operands.length}`);
    }
    const parts = operands.map((part, index) => this.node(part, [...path, index], depth + 1));
    // The table says which operators are of which kind, and how many operands they have.
    return { kind, operator, parts } as OperatorNode;
  }

  private clause(kind: Clause['kind'], operand: unknown, path: readonly (string | number)[]): Node {
    const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const [field, value = null] = operands;
    if (operands.length !== CLAUSES[kind] || typeof field !== 'string' || field === '' || !isLiteral(value)) {
      const shape = kind === 'changed' ? 'the name of a field' : '[the name of a field, a value]';
      return this.fault(path, `wants ${shape}`);
    }
    const clause = clauseOf(kind, field, scalarOf(value));
    this.clauses.push(clause);
    return { kind: 'clause', clause };
  }

  private variable(operand: unknown, path: readonly (string | number)[]): Node {
    const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
    const [name, fallback = null] = operands;
    if (typeof name !== 'string' || operands.length > 2 || !isLiteral(fallback)) {
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
    return { kind: 'var', path: steps, fallback: scalarOf(fallback) };
  }

  private fault(path: readonly (string | number)[], message: string): Node {
    this.faults.push({ path, message });
    return literal(true);
  }
}

function literal(value: Literal): Node {
  return { kind: 'literal', values: [{ value: scalarOf(value), origin: 'literal' }] };
}

function isLiteral(value: unknown): value is Literal {
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}
