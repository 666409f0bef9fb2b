import type { Outcome } from '../../core/ledger/spending.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';

/** Codes by which servers say that a request was at fault, and that nothing was done. https://www.apollographql.com/docs/apollo-server/data/errors#built-in-error-codes */
const FAULTS_OF_THE_CLIENT = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
]);

/**
 * What became of a request: without `data` it was not run (GraphQL over HTTP, "request error"); a field with a value was. One that
 * failed with an error of the client's was not; of any other failure nobody knows what was done before.
 */
export function outcomeIn(body: Uint8Array): Outcome {
  const document = readJson(body);
  if (!document.ok) return 'unknown';
  const answers = isList(document.value) ? document.value : [document.value];
  const outcomes = answers.map(outcomeOfOne);
  if (outcomes.includes('saved')) return 'saved';
  return outcomes.length > 0 && outcomes.every((one) => one === 'notSaved') ? 'notSaved' : 'unknown';
}

function outcomeOfOne(answer: Json): Outcome {
  if (!isObject(answer)) return 'unknown';
  const data = answer.get('data');
  const errors = answer.get('errors');
  if (!isList(errors)) return isObject(data) ? 'saved' : 'unknown';
  if (data === undefined) return 'notSaved';
  if (isObject(data) && [...data.values()].some((value) => value !== null)) return 'saved';
  return errors.every(isOfTheClient) ? 'notSaved' : 'unknown';
}

/** Whether the mutation itself was turned away; an error below it is about what it answers. */
function isOfTheClient(error: Json): boolean {
  if (!isObject(error)) return false;
  const [path, extensions] = [error.get('path'), error.get('extensions')];
  const code = isObject(extensions) ? textOf(extensions.get('code')) : undefined;
  return isList(path) && path.length === 1 && code !== undefined && FAULTS_OF_THE_CLIENT.has(code);
}
