import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql/language';

/** A document may not be longer: those that people write have some hundred tokens. */
const MOST_TOKENS = 10_000;
/** The documents of one body have no more than these together. */
const MOST_TOGETHER = 20_000;
const LIMITS = { maxComments: 1_000, maxSourceLength: 1_000_000, noLocation: true };
/** Fields at the root, fragments laid open. */
const MAX_FIELDS = 1_000;

/** What cannot be read, with what to send instead. */
export class DocumentFault extends Error {}

/** The document of a text. Throws a `DocumentFault` where it is none, or a huge one. */
export function documentOf(text: string, maxLexicalTokens = MOST_TOKENS): DocumentNode {
  try {
    return parse(text, { ...LIMITS, maxLexicalTokens });
  } catch (fault) {
    // What nests too deep for the parser's stack is no `GraphQLError`.
    const message = fault instanceof RangeError ? 'it nests too deep' : (fault as Error).message;
    throw new DocumentFault(`The GraphQL document cannot be read: ${message.replace(/\.$/, '')}.`);
  }
}

/** The documents of one body, which together may not be much longer than one. */
export function documentsOf(texts: readonly string[]): readonly DocumentNode[] {
  let left = MOST_TOGETHER;
  return texts.map((text) => {
    const document = documentOf(text, Math.min(left, MOST_TOKENS));
    left -= document.tokenCount ?? MOST_TOKENS;
    if (left <= 0) throw new DocumentFault(`The documents of one body have at most ${MOST_TOGETHER} tokens.`);
    return document;
  });
}

/** The one operation that is run: the one that is named, or the only one. */
export function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const all = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const strange = document.definitions.find(
    (one) => one.kind !== Kind.OPERATION_DEFINITION && one.kind !== Kind.FRAGMENT_DEFINITION,
  );
  if (strange) throw new DocumentFault('The document holds more than operations and fragments.');
  const named = name === undefined ? all : all.filter((one) => one.name?.value === name);
  const [operation, second] = named;
  if (!operation)
    throw new DocumentFault(`The document has no operation${name === undefined ? '' : ` "${name}"`}.`);
  if (second)
    throw new DocumentFault(
      'Say in "operationName" which operation of the document is meant, and name each once.',
    );
  return operation;
}

/** The fields at the root of an operation, through all fragments, whatever `@skip` and `@include` say. */
export function rootFieldsOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly FieldNode[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) {
    if (one.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (fragments.has(one.name.value))
      throw new DocumentFault(`The fragment "${one.name.value}" stands there twice.`);
    fragments.set(one.name.value, one);
  }
  const fields: FieldNode[] = [];
  let steps = 0;
  const walk = ({ selections }: SelectionSetNode, inside: readonly string[]): void => {
    for (const selection of selections) {
      if (++steps > MAX_FIELDS) throw new DocumentFault(`More than ${MAX_FIELDS} fields stand at its root.`);
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet, inside);
      else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (!fragment || inside.includes(name))
          throw new DocumentFault(`The fragment "${name}" is not there, or holds itself.`);
        walk(fragment.selectionSet, [...inside, name]);
      }
    }
  };
  walk(operation.selectionSet, []);
  return fields;
}
