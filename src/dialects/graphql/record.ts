import { Kind } from 'graphql/language';
import { isObject, type Json, textOf } from '../../core/wire/json.ts';
import type { RecordDocument, RecordReading } from '../dialect.ts';
import { DocumentFault, documentOf, operationOf, rootFieldsOf } from './document.ts';
import type { GraphqlModule } from './graphql-module.ts';

/** What is wrong with the query of a module; undefined where it can be used. */
export function queryFault(text: string): string | undefined {
  try {
    const document = documentOf(text);
    const { operation, variableDefinitions = [] } = operationOf(document, undefined);
    if (operation !== 'query') return 'must be a query';
    const names = variableDefinitions.map(({ variable }) => variable.name.value);
    if (names.join() !== 'id') return 'must have the one variable $id';
    const [field, second] = rootFieldsOf(document, operationOf(document, undefined));
    return field?.selectionSet && !second
      ? undefined
      : 'must have one root field, whose answer is the record';
  } catch (fault) {
    if (fault instanceof DocumentFault) return fault.message;
    throw fault;
  }
}

/** The document that asks for a record. */
export function questionOf({ record }: GraphqlModule, id: string): Json {
  return new Map<string, Json>([
    ['query', record],
    ['variables', new Map([['id', isWhole(id) && isInt(record) ? { lexeme: id } : id]])],
  ]);
}

/** `Int` takes no text, and `ID` and scalars of the server's own do. */
function isInt(record: string): boolean {
  const [variable] = operationOf(documentOf(record), undefined).variableDefinitions ?? [];
  const type = variable?.type.kind === Kind.NON_NULL_TYPE ? variable.type.type : variable?.type;
  return type?.kind === Kind.NAMED_TYPE && type.name.value === 'Int';
}

function isWhole(id: string): boolean {
  return /^(?:0|-?[1-9]\d*)$/.test(id);
}

const HIDDEN = JSON.stringify({
  data: null,
  errors: [
    { message: 'The record is not there, or is not shown to you.', extensions: { code: 'NOT_FOUND' } },
  ],
});

/**
 * What the answer says: the record is that of its one root field. Where it is null, the server shows none: with an error that is the
 * server's to tell, else it is told in place of an answer without the field that was asked for.
 */
export function recordIn({ idField }: GraphqlModule, { body, version }: RecordDocument): RecordReading {
  if (!isObject(body)) return { kind: 'unreadable' };
  const data = body.get('data') ?? null;
  const hasErrors = (body.get('errors') ?? null) !== null;
  const [fields = null] = isObject(data) ? [...data.values()] : [];
  if (fields === null)
    return hasErrors ? { kind: 'withheld' } : { kind: 'withheld', answer: HIDDEN, isMissing: true };
  // A part of it that could not be read would be judged as empty.
  if (!isObject(fields) || hasErrors) return { kind: 'unreadable' };
  const id = textOf(fields.get(idField));
  if (id === undefined) return { kind: 'unreadable' };
  return { kind: 'found', record: { fields, ...(version ? { version } : {}) }, id };
}

/** Which status that would have had: the errors of Apollo's server have codes for it. https://www.apollographql.com/docs/apollo-server/data/errors */
export function withheldStatus(text: string): 401 | 403 | 404 {
  if (/"UNAUTHENTICATED"/.test(text)) return 401;
  return /"FORBIDDEN"/.test(text) ? 403 : 404;
}

/** Whether the document is a query and nothing else. */
export function isQuery(text: string): boolean {
  try {
    const { definitions } = documentOf(text);
    return definitions.every(
      (one) =>
        one.kind === Kind.FRAGMENT_DEFINITION ||
        (one.kind === Kind.OPERATION_DEFINITION && one.operation === 'query'),
    );
  } catch {
    return false;
  }
}
