import type { ModuleDefinition } from '../core/saving/module.ts';
import type { SteeredBy } from '../core/saving/steered-by.ts';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import type { UpstreamAnswer } from '../core/verdict/verdict.ts';
import type { Content } from '../core/wire/body.ts';
import { type Headers, valuesOf, withoutBody } from '../core/wire/headers.ts';
import type { Json } from '../core/wire/json.ts';
import { writeJson } from '../core/wire/write-json.ts';
import { dialectOf } from '../dialects/all.ts';
import type { RecordAnswer, RecordReader } from '../ports.ts';
import type { Client } from './client.ts';
import { documentIn, ownReadHeaders } from './own-read.ts';
import { agreedOf, type Steering, steeredPath, steeringOf, UNSTEERED, whoAsksIn } from './steered.ts';

/** Answers that the caller gets unchanged: if the CRM does not show them the record, the CRM says so itself. */
const WITHHELD = new Set([401, 403, 404]);

/** What a CRM, or a proxy before it, says that is out for a while. */
const BUSY = new Set([429, 502, 503, 504]);

/** No encoding keeps them from being read as steps in a path (https://url.spec.whatwg.org/#double-dot-path-segment), or as a list's own. */
const LEADS_AWAY = /^\.{0,2}$/;

/**
 * Reads stored records with one caller's own credentials, never from a cache. What is not a whole, readable JSON record with
 * status 200 is `unavailable`: a redirect, a login page, an answer that is cut, late, compressed or too large. `query`: that of the save, if
 * it is one: by it, and by its headers, the CRM may store another record than the address alone says.
 */
export function createRecordReader(
  client: Client,
  definitions: ReadonlyMap<string, ModuleDefinition>,
  headers: Headers,
  session: string | undefined,
  query?: string,
): RecordReader {
  async function readAs(
    credentials: Headers,
    name: string,
    id: string,
    session: string | undefined,
    query: string | undefined,
  ): Promise<RecordAnswer> {
    const definition = definitions.get(name);
    if (!definition) return { kind: 'unavailable', reason: `no module is called ${name}` };
    if (LEADS_AWAY.test(id)) return { kind: 'unavailable', reason: 'the id would lead to another place' };
    const dialect = dialectOf(definition);
    const path = steeredPath(
      dialect.recordPath(definition, id, session),
      query === undefined ? [] : whoAsksIn(query, definition),
    );
    const question = dialect.recordBody?.(definition, id, session);
    const own = ownReadHeaders(credentials, definition);
    const ask = async ({ pairs, headers }: Steering): Promise<RecordAnswer> => {
      const asked = { path: steeredPath(path, pairs), headers: [...own, ...headers] };
      try {
        const answer = await client.collect(
          await client.request(
            question === undefined
              ? { ...asked, method: 'GET', body: null }
              : {
                  ...asked,
                  method: 'POST',
                  headers: [...asked.headers, JSON_TYPE],
                  body: contentOf(question),
                },
          ),
        );
        return recordIn(answer, definition, id);
      } catch (fault) {
        if (fault instanceof UpstreamFault)
          return { kind: 'unavailable', reason: fault.message, isBusy: true };
        throw fault;
      }
    };
    const steering = query === undefined ? UNSTEERED : steeringOf(query, credentials, definition, path);
    if (steering.pairs.length + steering.headers.length === 0) return ask(UNSTEERED);
    const [plain, steered] = await Promise.all([ask(UNSTEERED), ask(steering)]);
    return togetherOf(plain, steered, steering);
  }

  return {
    read: (name, id) => readAs(headers, name, id, session, query),
    async vouchesFor(name, id) {
      const alone = headers.filter(([header]) => header.toLowerCase() === 'authorization');
      if (alone.length !== 1) return false;
      const said = headers.filter(([header]) => header.toLowerCase().startsWith('x-forwarded-'));
      const [shown, hidden] = await Promise.all([
        readAs([...alone, ...said], name, id, undefined, undefined),
        readAs(said, name, id, undefined, undefined),
      ]);
      return shown.kind === 'found' && hidden.kind === 'withheld';
    },
    chosenBy(name) {
      const definition = definitions.get(name);
      if (!definition || query === undefined || query === '') return [];
      const path = dialectOf(definition).recordPath(definition, ANY_ID, session);
      return namesIn(steeringOf(query, [], definition, path).pairs);
    },
  };
}

/** Which record is read says nothing of what else is in its address. */
const ANY_ID = '1';
const JSON_TYPE = ['content-type', 'application/json'] as const;

function contentOf(question: Json): Content {
  const bytes = Buffer.from(writeJson(question));
  return { length: bytes.length, pieces: () => [bytes] };
}

/** What its headers say of the length and the coding was true of the other body. */
function inPlaceOf(answer: UpstreamAnswer, instead: string): UpstreamAnswer {
  return {
    ...answer,
    headers: [...withoutBody(answer.headers), JSON_TYPE],
    body: Buffer.from(instead),
  };
}

/** What can be said of a record that may be another, or another version, for what steers the save. */
function togetherOf(plain: RecordAnswer, steered: RecordAnswer, steering: Steering): RecordAnswer {
  // There is no such record only where neither way leads to one: what would create it by the one may change it by the other.
  const isMissing = isMissingBy(plain) && isMissingBy(steered);
  if (plain.kind === 'withheld') return { ...plain, isMissing };
  if (plain.kind !== 'found') return plain;
  const { pairs, headers } = steering;
  const by: SteeredBy = { query: namesIn(pairs), headers: headers.map(([name]) => name), differs: false };
  if (steered.kind === 'unavailable' && !steered.isBusy)
    return { kind: 'unshown', by, reason: steered.reason };
  if (steered.kind === 'withheld') return { ...steered, isMissing };
  if (steered.kind !== 'found') return steered;
  return { ...plain, record: agreedOf(plain.record, steered.record, by) };
}

function namesIn(pairs: Steering['pairs']): readonly string[] {
  return pairs.map((pair) => pair.replace(/=.*$/s, ''));
}

function isMissingBy(answer: RecordAnswer): boolean {
  return answer.kind === 'withheld' && answer.isMissing;
}

function recordIn(answer: UpstreamAnswer, definition: ModuleDefinition, id: string): RecordAnswer {
  const dialect = dialectOf(definition);
  if (WITHHELD.has(answer.status) || dialect.withheldStatuses?.includes(answer.status))
    return { kind: 'withheld', answer, isMissing: answer.status === 404 };
  const document = documentIn(answer);
  if (!document.ok) {
    const { reason } = document;
    return { kind: 'unavailable', reason, ...(BUSY.has(answer.status) && { isBusy: true as const }) };
  }
  const [version] = valuesOf(answer.headers, 'etag');
  const reading = dialect.recordOf(definition, id, { body: document.body, version });
  switch (reading.kind) {
    case 'withheld': {
      const { answer: instead, isMissing = false } = reading;
      return {
        kind: 'withheld',
        answer: instead === undefined ? answer : inPlaceOf(answer, instead),
        isMissing,
      };
    }
    case 'unreadable':
      return { kind: 'unavailable', reason: 'the answer has no record where the module says that it is' };
    case 'found':
      if (reading.id !== undefined && reading.id !== id) return { kind: 'misnamed', id: reading.id };
      return { kind: 'found', record: reading.record, answer };
  }
}
