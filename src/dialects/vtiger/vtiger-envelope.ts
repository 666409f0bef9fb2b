import type { Problem } from '../../core/verdict/problem.ts';
import { isObject, type JsonObject, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Envelope, RecordDocument, RecordReading } from '../dialect.ts';
import { errorCodeOfSlug, parametersOf, particularsOf } from '../problem-envelope.ts';
import { prefixOf } from './vtiger-id.ts';
import type { PrefixedModule } from './vtiger-module.ts';

/**
 * A refusal as Vtiger words its own; the slug in capitals. `Retry-After` and the other headers stand beside it. Its libraries show the
 * message and lose what stands beside, so the message names the parameters of the codes.
 */
export function refusalWith(status: number): (problem: Problem) => Envelope {
  return (problem) => {
    const { slug, detail } = problem;
    const code = errorCodeOfSlug(slug);
    const error = { code, message: `${detail}${parametersOf(problem)}`, ...particularsOf(problem) };
    return { status, contentType: 'application/json', body: JSON.stringify({ success: false, error }) };
  };
}

/**
 * The record in the answer to `retrieve`. Vtiger echoes the id that it was asked for, however it was spelled, so an id that is
 * not the module's own, plainly written, is answered with another one.
 */
export function recordOf(
  { idPrefix }: PrefixedModule,
  id: string,
  { body }: Pick<RecordDocument, 'body'>,
): RecordReading {
  if (!isObject(body)) return { kind: 'unreadable' };
  if (body.get('success') === false) return { kind: 'withheld' };
  const fields = body.get('result');
  const own = isObject(fields) ? textOf(fields.get('id')) : undefined;
  if (body.get('success') !== true || !isObject(fields) || own === undefined) return { kind: 'unreadable' };
  return { kind: 'found', record: { fields }, id: prefixOf(id) === idPrefix ? own : `${idPrefix}x…` };
}

/** The envelope of an answer; undefined for an empty body, a page, or a text such as "Sorry! Attempt to access restricted file." */
export function envelopeIn(
  body: Uint8Array,
): { readonly success: boolean; readonly code: string } | undefined {
  const reading = readJson(body);
  if (!reading.ok || !isObject(reading.value)) return undefined;
  const success = reading.value.get('success');
  return typeof success === 'boolean' ? { success, code: codeIn(reading.value) } : undefined;
}

/** What a refusal to show a record means. Sources: include/Webservices/WebServiceErrorCode.php of 8.0.0, and its answers. */
export function withheldAs({ body }: { readonly body: Uint8Array }): 401 | 403 | 404 {
  const code = envelopeIn(body)?.code ?? '';
  if (/^(?:AUTHENTICATION|SESSION|INVALID_(?:SESSION|AUTH|USER))/.test(code)) return 401;
  return /^(?:RECORD_NOT_FOUND|INVALID_ID)/.test(code) ? 404 : 403;
}

/** Whether the CRM failed by itself, which it may have done after it saved. */
export function isBreakdown(code: string): boolean {
  return code === 'INTERNAL_SERVER_ERROR' || code === 'DATABASE_QUERY_ERROR';
}

function codeIn(envelope: JsonObject): string {
  const error = envelope.get('error');
  return (isObject(error) && textOf(error.get('code'))) || '';
}
