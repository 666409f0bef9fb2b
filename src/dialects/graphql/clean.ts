import { BREAK, type DocumentNode, Kind, print, visit } from 'graphql/language';
import { isObject, type JsonObject } from '../../core/wire/json.ts';
import { holdsParameter } from '../../core/wire/parameter.ts';
import { cleanOf } from '../parts.ts';
import { DocumentFault } from './document.ts';

/**
 * A request without any code: none among its variables, none in its document, and no variable whose value was one. Its document is
 * written anew, so that every server reads what was judged, and the server is not asked for one that it keeps under a digest.
 */
export function cleanRequest(document: DocumentNode, request: JsonObject): JsonObject {
  const { stripped, dropped } = withoutCodes(document);
  const variables = request.get('variables') ?? null;
  const members = new Map(request);
  members.set('query', print(stripped));
  if (isObject(variables))
    members.set('variables', new Map([...cleanOf(variables)].filter(([name]) => !dropped.has(name))));
  const extensions = members.get('extensions') ?? null;
  if (isObject(extensions))
    members.set('extensions', new Map([...extensions].filter(([name]) => name !== 'persistedQuery')));
  return cleanOf(members);
}

function withoutCodes(document: DocumentNode): { stripped: DocumentNode; dropped: ReadonlySet<string> } {
  const inCodes = new Set<string>();
  const leave = (node: { readonly name: { readonly value: string } }) => {
    if (!holdsParameter(node.name.value)) return undefined;
    for (const name of variablesIn(node)) inCodes.add(name);
    return null;
  };
  const bare = visit(document, {
    [Kind.ARGUMENT]: { enter: leave },
    [Kind.OBJECT_FIELD]: { enter: leave },
  }) as DocumentNode;
  const isCode = (name: string) => inCodes.has(name) || holdsParameter(name);
  const stripped = visit(bare, {
    [Kind.VARIABLE_DEFINITION]: {
      enter: (node: { readonly variable: { readonly name: { readonly value: string } } }) =>
        isCode(node.variable.name.value) ? null : undefined,
    },
  }) as DocumentNode;
  // A code that is a value as well would reach the server.
  const twice = variablesIn(stripped).find(isCode);
  if (twice !== undefined)
    throw new DocumentFault(`The variable "$${twice}" is a code and stands elsewhere, too.`);
  const hidden = nameOfCode(stripped);
  if (hidden !== undefined)
    throw new DocumentFault(`"${hidden}" may only be an argument, or a field of one.`);
  return { stripped, dropped: inCodes };
}

/** The variables that stand below a node. */
function variablesIn(node: object): readonly string[] {
  const names: string[] = [];
  visit(node as DocumentNode, {
    [Kind.VARIABLE]: {
      enter: (variable: { readonly name: { readonly value: string } }) =>
        void names.push(variable.name.value),
    },
  });
  return names;
}

function nameOfCode(document: DocumentNode): string | undefined {
  let found: string | undefined;
  visit(document, {
    [Kind.NAME]: {
      enter(node: { readonly value: string }) {
        if (!holdsParameter(node.value)) return undefined;
        found = node.value;
        return BREAK;
      },
    },
  });
  return found;
}
