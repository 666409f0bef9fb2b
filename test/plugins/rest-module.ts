import {
  codesIn,
  type Dialect,
  isObject,
  problemEnvelope,
  readJson,
  treeOf,
  withoutCodes,
} from '../../src/plugin.ts';

/** A small dialect: PATCH saves the members of an object. */
export function restModule(changes: Partial<Dialect>): Dialect {
  return {
    name: 'own',
    dropsCookies: false,
    recognise: ({ method }) => (method === 'GET' ? 'read' : method === 'PATCH' ? 'body' : 'unknown'),
    controlNames: () => [],
    read(_head, { segments: [id = null], definitions: [{ name }] }, body) {
      const fields = body && treeOf(withoutCodes(body));
      if (!body || !isObject(fields ?? undefined)) return { kind: 'unreadable', detail: 'Send an object.' };
      return {
        kind: 'saves',
        saves: [{ module: name, operation: 'update', id, fields: fields as never }],
        codes: codesIn(treeOf(body)),
        body: withoutCodes(body),
      };
    },
    sessionOf: () => undefined,
    recordPath: ({ path }, id) => `${path}/${id}`,
    recordOf: (_definition, _id, { body }) =>
      isObject(body) ? { kind: 'found', record: { fields: body }, id: undefined } : { kind: 'unreadable' },
    outcomeOf: ({ status, body }) => (status === 200 && readJson(body).ok ? 'saved' : 'unknown'),
    nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
    refusal: problemEnvelope,
    ...changes,
  };
}
