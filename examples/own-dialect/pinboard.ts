import {
  at,
  type Body,
  codesIn,
  type Dialect,
  isObject,
  type OwnModule,
  type Plugin,
  type Reading,
  readJson,
  type Save,
  textOf,
  treeOf,
  withoutCodes,
} from 'countersign/plugin';
import { z } from 'zod';

/**
 * Pinboard, a CRM that does not exist. `GET /pin/{id}` answers `{"card": {…}}`; `POST /pin` with `{"new": {…}}` creates,
 * `POST /pin/{id}` with `{"set": {…}}` updates, `POST /pin/{id}/drop` deletes, `POST /pin/search` finds. It answers 200 whatever
 * happens, with `{"ok": false, "why": …}` where it did not.
 */
const pinboard: Dialect<OwnModule> = {
  name: 'pinboard',
  dropsCookies: false,
  recognise({ method }, { segments }) {
    if (method === 'GET' || method === 'HEAD') return 'read';
    if (method !== 'POST' || segments.length > 2) return 'unknown';
    if (segments.length === 2) return segments[1] === 'drop' ? 'bodyless' : 'unknown';
    return 'body';
  },
  controlNames: () => ['set', 'new', 'id'],
  read(_head, { segments: [id, action], definitions: [{ name }] }, body): Reading {
    if (id === 'search') return { kind: 'harmless', body: body && withoutCodes(body) };
    if (action === 'drop' || !body) {
      const save: Save = { module: name, operation: 'delete', id: id ?? null, fields: new Map() };
      return { kind: 'saves', saves: [save], codes: [], body: null };
    }
    return readCard(name, id, body);
  },
  sessionOf: () => undefined,
  recordPath: ({ path }, id) => `${path}/${encodeURIComponent(id)}`,
  recordOf(_definition, _id, { body }) {
    if (at(body, '/ok') === false) return { kind: 'withheld' };
    const fields = at(body, '/card');
    if (!isObject(fields)) return { kind: 'unreadable' };
    return { kind: 'found', record: { fields }, id: textOf(fields.get('id')) };
  },
  outcomeOf({ status, body }) {
    const answer = readJson(body);
    if (status !== 200 || !answer.ok) return 'unknown';
    return at(answer.value, '/ok') === true ? 'saved' : 'notSaved';
  },
  nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
  refusal({ slug, detail, rules, fields }) {
    const body = JSON.stringify({
      ok: false,
      code: slug.toUpperCase().replaceAll('-', '_'),
      why: detail,
      rules,
      fields,
    });
    return { status: 200, contentType: 'application/json', body };
  },
};

function readCard(name: string, id: string | undefined, body: Body): Reading {
  const place = id === undefined ? 'new' : 'set';
  const clean = withoutCodes(body);
  const [tree, card] = [treeOf(body), treeOf(clean)];
  const fields = at(card, `/${place}`);
  if (body.kind !== 'json' || !isObject(card) || card.size !== 1 || !isObject(fields) || fields.has('id'))
    return { kind: 'unreadable', detail: `Send {"${place}": {…}} and nothing else, without an id.` };
  const operation = id === undefined ? 'create' : 'update';
  return {
    kind: 'saves',
    saves: [{ module: name, operation, id: id ?? null, fields }],
    codes: [tree, at(tree, `/${place}`)].flatMap(codesIn),
    body: clean,
  };
}

// biome-ignore lint/style/noDefaultExport: that is what a plug-in is
export default {
  name: 'pinboard',
  dialects: {
    pinboard: {
      schema: z.strictObject({ path: z.string().describe('Path of the cards.') }),
      dialect: pinboard,
    },
  },
} satisfies Plugin;
