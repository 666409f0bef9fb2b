import type { CollectionModule } from '../../core/saving/module.ts';
import { at, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { unreadable } from '../parts.ts';
import { besides } from '../places.ts';
import { problemEnvelope } from '../problem-envelope.ts';
import { whyUnknown } from './advice.ts';
import { outcomeIn } from './answers.ts';
import { callsIn } from './calls.ts';
import { shownFields } from './columns.ts';
import { readDescribed, recogniseDescribed } from './described.ts';
import { mergedBy } from './merging.ts';
import { readBackOf } from './read-back.ts';
import { OVERRIDES } from './record.ts';
import { readUsual, recogniseUsual } from './shapes.ts';

/**
 * Plain REST: POST on the collection creates; PUT, PATCH and POST on `{path}/{id}` update; DELETE deletes; GET reads back.
 * Where the module has a list (`records`), a request on the collection saves each of its items. What else requests mean its
 * `operations` say. Anything else below a module's path is a write that nobody can judge.
 */
export const rest: Dialect<CollectionModule> = {
  name: 'rest',
  dropsCookies: false,
  recognise: (head, mount) =>
    mount.described ? recogniseDescribed(head, mount.described) : recogniseUsual(head, mount),
  whyUnknown,
  // What operations describe, by whatever method, only the gateway reads.
  sureReads: (definitions) =>
    definitions.some(({ operations = [] }) => operations.length > 0) ? undefined : { below: 'anything' },
  controlNames: ({ definitions }) => [
    ...definitions.flatMap(({ idField, operations = [] }) => [
      idField,
      ...operations.flatMap(({ request }) => namesInQuery(request)),
    ]),
    ...OVERRIDES,
  ],
  read(head, mount, body, guarded) {
    const columns = mergedBy(head, mount.definitions[0].idField);
    if (columns !== undefined)
      return unreadable(
        `Which record is changed where "${columns}" finds one, nobody knows before. Merge by the id alone, or send the change to its record.`,
      );
    return mount.described
      ? readDescribed(mount.described, body, guarded)
      : readUsual(head, mount, body, guarded);
  },
  callsIn: (_head, mount, body) => callsIn(mount, body),
  sessionOf: () => undefined,
  recordPath: (definition, id) => readBackOf(definition).pathOf(id),
  recordOf(definition, asked, { body, version }) {
    const back = readBackOf(definition);
    const shown = at(body, back.record);
    if (!isObject(shown)) return { kind: 'unreadable' };
    const fields = shownFields(shown, definition);
    const record = { fields, ...(version ? { version } : {}) };
    const id = idShown(definition, body, back.record);
    if (back.isOnly(asked))
      return { kind: 'found', record: { ...record, ...(id !== undefined && { own: id }) }, id: undefined };
    return id === undefined && !ONE_SPELLING.test(asked)
      ? { kind: 'unreadable' }
      : { kind: 'found', record, id };
  },
  outcomeOf({ status, body }, mount) {
    if (status >= 200 && status < 300) return outcomeIn(body, mount);
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  createdIdOf(definition, { body }) {
    const document = readJson(body);
    return document.ok ? idShown(definition, document.value, definition.record) : undefined;
  },
  nesting: ({ idField }) => ({ idField, idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
  refusal: problemEnvelope,
};

/**
 * `45`, `045` and `45x` are one record to a database, and so are `A1` and `a1`. The answer tells which spelling is its own; where
 * it does not, only ids that have one spelling are taken: plain numbers and GUIDs in small letters.
 */
const ONE_SPELLING = /^(?:0|[1-9]\d{0,18}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The id of a record that is shown: it may stand beside the fields, as in WordPress and JSON:API. */
function idShown(
  { idField, envelopeFields = [] }: CollectionModule,
  body: Json,
  place: string,
): string | undefined {
  const beside = envelopeFields.includes(idField) ? [] : besides(body, place);
  const fields = at(body, place);
  const levels = [...beside, ...(isObject(fields) ? [fields] : [])];
  return levels.map((level) => textOf(level.get(idField))).findLast((id) => id !== undefined);
}

/** The names of the pairs that an operation has in its query. */
function namesInQuery(request: string): readonly string[] {
  const [, query = ''] = request.split('?');
  return query.split('&').flatMap((pair) => pair.split('=', 1).filter((name) => name !== ''));
}
