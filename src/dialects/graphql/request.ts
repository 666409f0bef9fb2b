import type { Body } from '../../core/wire/body.ts';
import { isList, isObject, type JsonObject } from '../../core/wire/json.ts';
import { holdsParameter } from '../../core/wire/parameter.ts';
import { DocumentFault } from './document.ts';

/** One request of a body, which may hold several. */
export type GraphqlRequest = {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
};

/** Members of a request over HTTP. https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters */
const MEMBERS = ['query', 'operationName', 'variables', 'extensions'];

/** The requests of a body, each with the object that it was read from. */
export function requestsIn(body: Body): readonly (readonly [GraphqlRequest, JsonObject])[] {
  if (body.kind !== 'json')
    throw new DocumentFault(
      'Send the request as JSON, application/json: {"query", "variables", "operationName"}.',
    );
  const list = isList(body.value) ? body.value : [body.value];
  if (list.length === 0 || list.length > 200) throw new DocumentFault('Send 1 to 200 requests in one body.');
  if (!list.every(isObject))
    throw new DocumentFault('A request is one object, {"query", "variables", "operationName"}.');
  return list.map((one) => [requestOf(one), one]);
}

function requestOf(value: JsonObject): GraphqlRequest {
  const stranger = [...value].find(
    ([name, member]) => !MEMBERS.includes(name) && member !== null && !holdsParameter(name),
  );
  if (stranger)
    throw new DocumentFault(
      `Leave out the member "${stranger[0]}": a server may run what it names in place of the document. Send the text of the document as "query".`,
    );
  const query = value.get('query');
  const name = value.get('operationName') ?? null;
  const variables = value.get('variables') ?? null;
  if (typeof query !== 'string' || query.trim() === '')
    throw new DocumentFault(
      'Send the text of the document as "query". One that the server keeps and a request names cannot be judged.',
    );
  if (name !== null && typeof name !== 'string') throw new DocumentFault('"operationName" is a text.');
  if (variables !== null && !isObject(variables)) throw new DocumentFault('"variables" is an object.');
  return {
    query,
    operationName: typeof name === 'string' && name !== '' ? name : undefined,
    variables: variables ?? new Map(),
  };
}
