import { foldField } from '../../core/likeness/fold.ts';
import { stepsIn } from '../../core/likeness/name-steps.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Asked, Dialect, Envelope, Reading } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { codesIn, type PartialReading, readingOf, together, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import { cleanRequest } from './clean.ts';
import { DocumentFault, type documentOf, documentsOf, operationOf, rootFieldsOf } from './document.ts';
import type { GraphqlModule } from './graphql-module.ts';
import { outcomeIn } from './outcome.ts';
import { isQuery, questionOf, recordIn, withheldStatus } from './record.ts';
import { type GraphqlRequest, requestsIn } from './request.ts';
import { savesIn } from './saves.ts';
import { argumentsOf, type Budget, createBudget, variablesOf } from './values.ts';

/** What a parameter is called that brings a document, or names one that the server keeps. */
const STEERING = ['query', 'id', 'hash', 'key', 'doc', 'extensions', 'operation', 'persisted'];
const KEPT = new RegExp(`[?&;](?:[^=&;]*(?:${STEERING.slice(1).join('|')})[^=&;]*)=`, 'i');

/** The same in the address of a POST, where a key of the API may stand, too: a server may run what it keeps under a name in place of the text. */
const KEPT_NAME =
  /^(?:id|hash|sha256(?:hash)?|(?:doc|document|query|operation|mutation|persisted\w*|stored\w*)(?:id|hash|key|sha256(?:hash)?)?)$/;

/**
 * GraphQL over HTTP: one address, and each field of a mutation is a save that `mutations` describes, or goes to what no module maps.
 * https://graphql.github.io/graphql-over-http/draft/
 */
export const graphql: Dialect<GraphqlModule> = {
  name: 'graphql',
  dropsCookies: false,
  neutralHeaders: [
    'Apollo-Require-Preflight',
    'Apollographql-Client-Name',
    'Apollographql-Client-Version',
    'GraphQL-Require-Preflight',
    'X-Apollo-Operation-Id',
    'X-Apollo-Operation-Name',
  ],
  recognise({ method, query }) {
    if (method === 'POST') return 'body';
    if (method !== 'GET' && method !== 'HEAD') return method === 'OPTIONS' ? 'read' : 'unknown';
    const texts = readQuery(query).filter(([name]) => name === 'query');
    const [text] = texts;
    // Without a document it is a page, or one that the server keeps, which may be a mutation.
    if (!text) return KEPT.test(query) ? 'unknown' : 'read';
    return texts.length === 1 && isQuery(text[1]) ? 'read' : 'unknown';
  },
  sureReads: () => ({ below: 'nothing', without: STEERING }),
  whyUnknown: () =>
    'A GET may bring the text of one query, and no mutation, and none that the server keeps under a name or a digest. Send the document by POST as JSON, {"query", "variables"}.',
  controlNames: () => [
    'query',
    'variables',
    'operationName',
    'extensions',
    'documentId',
    'queryId',
    'persisted',
  ],
  read({ query }, mount, body) {
    const kept = readQuery(query).find(([name]) =>
      stepsIn(name).some((step) => KEPT_NAME.test(foldField(step))),
    );
    if (kept)
      return unreadable(
        `Leave "${kept[0]}" out of the address: a server may run what it keeps under that name in place of the document.`,
      );
    try {
      return body ? readBody(body, mount) : unreadable('Send the request as JSON, {"query", "variables"}.');
    } catch (fault) {
      if (fault instanceof DocumentFault) return unreadable(fault.message);
      throw fault;
    }
  },
  sessionOf: () => undefined,
  recordPath: ({ path }) => path,
  recordBody: questionOf,
  recordOf: (definition, _id, answer) => recordIn(definition, answer),
  withheldAs: ({ body }) => withheldStatus(Buffer.from(body).toString()),
  outcomeOf({ status, body }) {
    if (status >= 200 && status < 300) return outcomeIn(body);
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  createdIdOf({ idField }, { body }) {
    const document = readJson(body);
    const data = document.ok && isObject(document.value) ? document.value.get('data') : undefined;
    const [record] = isObject(data) ? data.values() : [];
    return isObject(record) ? textOf(record.get(idField)) : undefined;
  },
  nesting: ({ idField }) => ({ idField, idOf: (text) => text, listsAreValues: true, isOwn: () => false }),
  refusal,
};

function readBody(body: Body, mount: Mount<GraphqlModule>): Reading {
  const requests = requestsIn(body);
  const budget = createBudget();
  const findings: PartialReading[] = [];
  const clean: Json[] = [];
  const documents = documentsOf(requests.map(([{ query }]) => query));
  for (const [index, [request, object]] of requests.entries()) {
    const document = documents[index];
    if (!document) continue;
    findings.push(findingOf(document, request, mount, budget));
    clean.push(cleanRequest(document, object));
  }
  const value = body.kind === 'json' && isList(body.value) ? clean : (clean[0] ?? null);
  const codes = requests.flatMap(([, object]) => codesIn(object));
  return readingOf(together(findings), codes, { kind: 'json', value });
}

function findingOf(
  document: ReturnType<typeof documentOf>,
  { operationName, variables: given }: GraphqlRequest,
  mount: Mount<GraphqlModule>,
  budget: Budget,
): PartialReading {
  const operation = operationOf(document, operationName);
  if (operation.operation !== 'mutation') return { kind: 'found', parts: [], unmapped: false };
  const variables = variablesOf(operation, given);
  return together(
    rootFieldsOf(document, operation)
      .filter(({ name }) => name.value !== '__typename')
      .map((field) => savesIn(field, budget.spend(argumentsOf(field.arguments ?? [], variables)), mount)),
  );
}

const RESPONSE = 'application/graphql-response+json';

function refusal(problem: Problem, asked?: Asked): Envelope {
  const { slug, status, detail } = problem;
  const code = errorCodeOfSlug(slug);
  const body = JSON.stringify({
    errors: [{ message: detail, extensions: { code, ...particularsOf(problem) } }],
  });
  const accepted = valuesOf(asked?.headers ?? [], 'accept')
    .join(',')
    .toLowerCase();
  const takesOnly = accepted.includes(RESPONSE) && !/application\/(?:json|\*)|\*\/\*/.test(accepted);
  return { status, contentType: takesOnly ? RESPONSE : 'application/json', body };
}
