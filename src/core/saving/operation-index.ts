import type { DescribedOperation } from './mount.ts';
import { mayBeSegment, type TemplateSegment } from './request-template.ts';

/** Finds the operations by whose templates a path may be read, whatever it is spelled like and whatever stands below it. */
export type OperationIndex = {
  readonly isEmpty: boolean;
  /** Of any of the readings, in small letters. */
  near(readings: readonly string[]): readonly DescribedOperation[];
};

/** A tree of segments: the time that a path takes grows with its own branches, and not with the number of operations. */
type Node = {
  readonly literals: Map<string, Node>;
  readonly others: Map<string, { readonly segment: TemplateSegment; readonly node: Node }>;
  readonly operations: DescribedOperation[];
};

/** Builds the tree, once for a configuration. */
export function indexOperations(operations: readonly DescribedOperation[]): OperationIndex {
  const root = newNode();
  for (const operation of operations) {
    let node = root;
    for (const segment of operation.template.segments) node = below(node, segment);
    node.operations.push(operation);
  }
  return {
    isEmpty: operations.length === 0,
    near(readings) {
      const found = new Set<DescribedOperation>();
      for (const reading of readings) walk(root, reading.split('/').slice(1), 0, found);
      return [...found];
    },
  };
}

const newNode = (): Node => ({ literals: new Map(), others: new Map(), operations: [] });

function below(node: Node, segment: TemplateSegment): Node {
  if (segment.kind === 'literal') {
    const key = segment.text.toLowerCase();
    const next = node.literals.get(key) ?? newNode();
    node.literals.set(key, next);
    return next;
  }
  const key = segment.kind === 'name' ? '' : segment.pattern.source;
  const next = node.others.get(key) ?? { segment, node: newNode() };
  node.others.set(key, next);
  return next.node;
}

function walk(node: Node, segments: readonly string[], depth: number, found: Set<DescribedOperation>): void {
  for (const operation of node.operations) found.add(operation);
  const segment = segments[depth];
  if (segment === undefined) return;
  for (const head of headsOf(segment)) {
    const next = node.literals.get(head);
    if (next) walk(next, segments, depth + 1, found);
  }
  for (const other of node.others.values())
    if (mayBeSegment(other.segment, segment)) walk(other.node, segments, depth + 1, found);
}

/** The segment, and what of it stands before an ending. */
function headsOf(segment: string): readonly string[] {
  const heads = [segment];
  for (const { index } of segment.matchAll(/[^a-z0-9_-]/g)) heads.push(segment.slice(0, index));
  return heads.slice(0, MOST_ENDINGS);
}

const MOST_ENDINGS = 20;
