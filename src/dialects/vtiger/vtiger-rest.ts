import type { Mount } from '../../core/saving/mount.ts';
import { isObject } from '../../core/wire/json.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Dialect } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { envelopeIn, isBreakdown, recordOf, refusalWith, withheldAs } from './vtiger-envelope.ts';
import { NESTING } from './vtiger-members.ts';
import type { PrefixedModule } from './vtiger-module.ts';
import { REST, readsOf } from './vtiger-operations.ts';
import { membersOf, readParameters } from './vtiger-parameters.ts';
import { readWrite, withoutHiddenCodes } from './vtiger-write.ts';

/**
 * The REST API of Vtiger's cloud: the operation is the last step of the path, the caller comes with Basic credentials, bodies are
 * forms or JSON with `element` as a text or an object. https://help.vtiger.com/article/147111249-Rest-API-Manual
 */
export const vtigerRest: Dialect<PrefixedModule> = {
  name: 'vtiger-rest',
  // Credentials stand in a header; a cookie could only be the session of the user interface.
  dropsCookies: true,
  jsonEscapes: 'short',
  otherDoors: ['index.php', 'modules'],
  recognise({ method, query }, mount) {
    const operation = operationOf(mount);
    if (namesOperation(readQuery(query))) return 'unknown';
    const isRead = REST.reads.has(operation) || isReadOnly(operation, mount);
    if (method === 'GET' || method === 'HEAD') return isRead ? 'read' : 'unknown';
    return method === 'POST' && (isRead || REST.saves.has(operation)) ? 'body' : 'unknown';
  },
  sureReads: (definitions) => ({ below: readsOf(REST, definitions), without: ['operation'] }),
  controlNames: () => ['element', 'elementType', 'id', 'leadId', 'sourceRecordId', 'relatedRecordId'],
  read(_head, mount, body) {
    const operation = operationOf(mount);
    if (!body || (body.kind === 'json' && !isObject(body.value)))
      return {
        kind: 'unreadable',
        detail: 'Send a form, or one JSON object with the parameters of the call.',
      };
    if (namesOperation(membersOf(body)))
      return { kind: 'unreadable', detail: 'Leave "operation" out; it stands in the path.' };
    const shape = REST.saves.get(operation);
    return shape
      ? readWrite(operation, shape, body, mount.definitions)
      : { kind: 'harmless', body: withoutHiddenCodes(body) };
  },
  sessionOf: () => undefined,
  recordPath: ({ path }, id) => `${path}/retrieve?id=${encodeURIComponent(id)}`,
  recordOf,
  withheldAs,
  withheldStatuses: [400],
  outcomeOf({ status, body }) {
    const envelope = envelopeIn(body);
    if (status === 200 && envelope?.success) return 'saved';
    const isRefused = (status === 200 && envelope !== undefined) || isRefusal(status);
    return isRefused && !isBreakdown(envelope?.code ?? '') ? 'notSaved' : 'unknown';
  },
  nesting: () => NESTING,
  refusal: refusalWith(400),
};

/** Exactly as documented; `''` below the path or beside it, which is no operation. */
function operationOf({ segments }: Pick<Mount, 'segments'>): string {
  return segments.length === 1 ? (segments[0] ?? '') : '';
}

/** At `webservice.php` a parameter names the operation; nobody knows whether the REST API listens to it, too. */
function namesOperation(members: Parameters<typeof readParameters>[0]): boolean {
  const found = readParameters(members, ['operation']);
  return !found.ok || found.values.size > 0;
}

function isReadOnly(operation: string, { definitions }: Mount<PrefixedModule>): boolean {
  return definitions.some(({ readOnlyOperations }) => readOnlyOperations?.includes(operation));
}
