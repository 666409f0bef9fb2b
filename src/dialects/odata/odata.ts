import type { Outcome } from '../../core/ledger/spending.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { withoutCodes } from '../../core/wire/body.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect, Envelope } from '../dialect.ts';
import { isRefusal, outcomeOfCalls } from '../outcome-of-calls.ts';
import { readingOf, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import { aboutAction } from './about.ts';
import { writtenKey } from './address.ts';
import { callsOf } from './batch.ts';
import { isUnknown, savesIn } from './calls.ts';
import { isODataJson, readODataType } from './media-type.ts';
import type { ODataModule } from './odata-module.ts';
import { statusesInParts } from './parts-answered.ts';

/**
 * An OData service, version 4: records at `Orders(45)`, `Orders(ID=45)` or `Orders/45` below the service root, one property of them
 * below that, and batches in JSON, each call of which is judged by itself.
 * http://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html
 */
export const odata: Dialect<ODataModule> = {
  name: 'odata',
  dropsCookies: false,
  neutralHeaders: [
    'OData-Version',
    'OData-MaxVersion',
    'OData-Isolation',
    'MSCRM.SuppressDuplicateDetection',
  ],
  readMediaType: readODataType,
  readsMixed: true,
  recognise({ method, headers }, mount) {
    if (isSafe(method)) return 'read';
    if (isBatch(mount)) return method === 'POST' && isBatchType(headers) ? 'body' : 'unknown';
    if (isUnknown({ method, segments: mount.segments }, mount)) return 'unknown';
    return method === 'DELETE' ? 'bodyless' : 'body';
  },
  sureReads: () => ({ below: 'anything' }),
  whyUnknown({ segments, definitions: [{ type }] }) {
    if (isBatch({ segments }))
      return 'A $batch is judged call by call. Send it as application/json, {"requests": […]}, or as multipart/mixed.';
    const last = decodeURIComponent(segments.at(-1) ?? '');
    return `What "${last}" saves, nobody knows here. Send the save to its record, such as ${type}(…), or, where it is an action of a mapped type, say under "actions" of its module what it sets.`;
  },
  aboutUnknown: ({ method }, mount) =>
    method === 'POST' && !isBatch(mount) ? aboutAction(mount.segments, mount) : undefined,
  controlNames: ({ definitions }) => ['$id', ...definitions.map(({ key }) => key)],
  read({ method }, mount, body, guarded) {
    const clean = body && withoutCodes(body);
    if (body && (body.kind !== 'json' || body.isMixed))
      return unreadable('Send the save as JSON, application/json.');
    if (isBatch(mount)) return unreadable('Send the batch as {"requests": […]}.');
    const { segments } = mount;
    return readingOf(savesIn({ method, segments, body: body?.value ?? null }, mount, guarded), [], clean);
  },
  callsIn(_head, mount, body) {
    if (!isBatch(mount)) return undefined;
    return body.kind === 'json'
      ? callsOf(body.value, mount)
      : unreadable('Send the batch as {"requests": […]}.');
  },
  sessionOf: () => undefined,
  recordPath: ({ path, type, keys, read: { query } = {} }, id) =>
    `${path}/${type}(${writtenKey(id, keys)})${query === undefined ? '' : `?${query}`}`,
  recordOf({ key }, _id, { body, version }) {
    if (!isObject(body)) return { kind: 'unreadable' };
    const id = textOf(body.get(key));
    // Another spelling of a key may be the same record, and nothing else tells.
    if (id === undefined) return { kind: 'unreadable' };
    const etag = version ?? textOf(body.get('@odata.etag') ?? body.get('@etag'));
    return { kind: 'found', record: { fields: body, ...(etag ? { version: etag } : {}) }, id };
  },
  outcomeOf({ status, body }, mount) {
    // A record may have a property "responses".
    if (status >= 200 && status < 300) return mount && !isBatch(mount) ? 'saved' : outcomeIn(body);
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  createdIdOf({ key }, { body }) {
    const document = readJson(body);
    return document.ok && isObject(document.value) ? textOf(document.value.get(key)) : undefined;
  },
  nesting: ({ key }) => ({
    idField: key,
    idOf: (text) => text,
    listsAreValues: true,
    isOwn: isAnnotation,
  }),
  refusal,
};

/** What the protocol says beside a property: its type, its ETag. What links or changes others is none. */
function isAnnotation(name: string): boolean {
  return /@/.test(name) && !/@(?:odata\.)?(?:bind|delta|removed)$/i.test(name);
}

function isBatch({ segments }: Pick<Mount, 'segments'>): boolean {
  return segments.length === 1 && segments[0] === '$batch';
}

function isBatchType(headers: Parameters<typeof valuesOf>[0]): boolean {
  const [type = ''] = valuesOf(headers, 'content-type');
  return isODataJson(type) || readODataType(type)?.essence === 'multipart/mixed';
}

/** A batch answers 200, and each call by itself. */
function outcomeIn(body: Uint8Array): Outcome {
  const statuses = statusesInParts(body);
  if (statuses.length > 0) return outcomeOfCalls(statuses);
  const document = readJson(body);
  const responses = document.ok && isObject(document.value) ? document.value.get('responses') : undefined;
  if (!isList(responses)) return 'saved';
  return outcomeOfCalls(responses.map(statusOf));
}

function statusOf(response: Json): number {
  return Number(isObject(response) ? textOf(response.get('status')) : undefined);
}

function refusal(problem: Problem): Envelope {
  const { slug, status, detail } = problem;
  const code = errorCodeOfSlug(slug);
  const body = JSON.stringify({ error: { code, message: detail, ...particularsOf(problem) } });
  const headers = [['OData-Version', '4.0']] as const;
  return { status, contentType: 'application/json', body, headers };
}
