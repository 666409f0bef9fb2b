import type { Starter } from '../kind.ts';

const PATH = '/webservice.php';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** A first module of Vtiger, whose prefix only the installation knows. */
export const starter: Starter = {
  path: PATH,
  keys: [
    {
      name: 'idPrefix',
      flag: 'id-prefix',
      message: 'what stands before the x in its ids, such as 17; countersign init --vtiger URL tells it',
    },
  ],
  save: ({ path, idPrefix = '' }, fields) => ({
    method: 'POST',
    path,
    headers: FORM,
    body: new URLSearchParams({
      operation: 'revise',
      sessionName: 'session',
      element: JSON.stringify({ id: `${idPrefix}x1`, ...fields }),
    }).toString(),
  }),
  survey: {
    flag: 'id-prefix',
    listPath: (session) => `${PATH}?${new URLSearchParams({ operation: 'listtypes', sessionName: session })}`,
    modulePath: (elementType, session) =>
      `${PATH}?${new URLSearchParams({ operation: 'describe', elementType, sessionName: session })}`,
    namesIn(answer) {
      const types = memberOf(resultOf(answer), 'types');
      return Array.isArray(types) ? types.filter((name) => typeof name === 'string') : undefined;
    },
    keyIn(answer) {
      const prefix = memberOf(resultOf(answer), 'idPrefix');
      return /^[1-9]\d*$/.test(String(prefix)) ? String(prefix) : undefined;
    },
  },
};

/** A first module of Vtiger's cloud, where a record that is read shows its prefix. */
export const restStarter: Starter = {
  path: '/restapi/v1/vtiger/default',
  keys: [
    {
      name: 'idPrefix',
      flag: 'id-prefix',
      message: 'what stands before the x in its ids, such as 17; retrieve and query show it',
    },
  ],
  save: ({ path, idPrefix = '' }, fields) => ({
    method: 'POST',
    path: `${path}/revise`,
    headers: FORM,
    body: new URLSearchParams({ element: JSON.stringify({ id: `${idPrefix}x1`, ...fields }) }).toString(),
  }),
};

function resultOf(answer: unknown): unknown {
  return memberOf(answer, 'success') === true ? memberOf(answer, 'result') : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
