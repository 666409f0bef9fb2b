import { type ArgumentNode, Kind, type OperationDefinitionNode, type ValueNode } from 'graphql/language';
import { MOST_VALUES, TOO_MUCH, valuesIn } from '../../core/saving/extent.ts';
import type { Json, JsonObject } from '../../core/wire/json.ts';
import { DocumentFault } from './document.ts';

/** Undefined where nobody gave the variable and it has no default: the argument is then left out. */
type Variables = (name: string) => Json | undefined;

const MAX_DEPTH = 64;

/** The variables of an operation: what the request gives, else their defaults. */
export function variablesOf(
  { variableDefinitions = [] }: OperationDefinitionNode,
  given: JsonObject,
): Variables {
  const defaults = new Map<string, ValueNode | undefined>();
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (defaults.has(name)) throw new DocumentFault(`The variable "$${name}" is declared twice.`);
    defaults.set(name, defaultValue);
  }
  return (name) => {
    if (!defaults.has(name)) throw new DocumentFault(`The variable "$${name}" is not declared.`);
    const own = defaults.get(name);
    return given.has(name) ? given.get(name) : own && jsonOfNode(own, () => undefined, 0);
  };
}

/** The arguments of a field, as a JSON object. */
export function argumentsOf(nodes: readonly ArgumentNode[], variables: Variables): JsonObject {
  return membersOf(nodes, variables, 0);
}

function membersOf(
  nodes: readonly { readonly name: { readonly value: string }; readonly value: ValueNode }[],
  variables: Variables,
  depth: number,
): JsonObject {
  const members = new Map<string, Json>();
  for (const { name, value } of nodes) {
    if (members.has(name.value)) throw new DocumentFault(`"${name.value}" stands there twice.`);
    const json = jsonOfNode(value, variables, depth + 1);
    if (json !== undefined) members.set(name.value, json);
  }
  return members;
}

function jsonOfNode(node: ValueNode, variables: Variables, depth: number): Json | undefined {
  if (depth > MAX_DEPTH) throw new DocumentFault(`A value nests deeper than ${MAX_DEPTH} levels.`);
  switch (node.kind) {
    case Kind.VARIABLE:
      return variables(node.name.value);
    case Kind.INT:
    case Kind.FLOAT:
      return { lexeme: node.value };
    case Kind.STRING:
    case Kind.ENUM:
      return node.value;
    case Kind.BOOLEAN:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((value) => jsonOfNode(value, variables, depth + 1) ?? null);
    case Kind.OBJECT:
      return membersOf(node.fields ?? [], variables, depth);
  }
}

/** How much the mutations of a body may say together: one variable can stand in a thousand of them. */
export type Budget = { spend(args: JsonObject): JsonObject };

/** A budget for one body. Throws a `DocumentFault` once it is spent. */
export function createBudget(): Budget {
  let said = 0;
  return {
    spend(args) {
      said += valuesIn(args);
      if (said > MOST_VALUES) throw new DocumentFault(TOO_MUCH);
      return args;
    },
  };
}
