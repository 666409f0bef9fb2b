import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What UI5's model of OData V4 sends its requests by. */
type Requestor = {
  request(method: string, path: string, group: unknown, ...more: readonly unknown[]): Promise<unknown>;
  processBatch(group: string): Promise<unknown>;
};
type GroupLock = new (group: string, owner: object, isLocked?: boolean, modifies?: boolean) => unknown;

/** What happens between two calls of `submit` goes as one batch in multipart. */
export type Ui5 = {
  send(method: string, path: string, body?: object): Promise<unknown>;
  submit(): Promise<void>;
};

const LIBRARY = 'sap/ui/model/odata/v4/lib';

/** What needs a browser, and what only version 2 needs. */
const standInsWith = (headersOf: Headers): ReadonlyMap<string, unknown> =>
  new Map<string, unknown>([
    ['sap/base/Log', new Proxy({}, { get: () => () => false })],
    ['sap/ui/core/cache/CacheManager', {}],
    ['sap/ui/security/Security', { getSecurityTokenHandlers: () => [] }],
    ['sap/ui/thirdparty/jquery', { ajax: (url: string, sent: Sent) => ajax(url, sent, headersOf()) }],
    ['sap/ui/model/Filter', {}],
    ['sap/ui/model/FilterOperator', {}],
    [`${LIBRARY}/_V2Requestor`, {}],
  ]);

type Headers = () => Record<string, string>;

/** UI5's own client of OData V4, unchanged, with `fetch` in the place of the browser's requests. `headersOf` says what they carry beside. */
export function openUi5(folder: string, root: string, headersOf: Headers): Ui5 {
  const { resolve } = createRequire(join(folder, 'package.json'));
  const core = dirname(resolve('@openui5/sap.ui.core/package.json'));
  const known = new Map(standInsWith(headersOf));
  const load = (name: string): unknown => {
    if (known.has(name)) return known.get(name);
    const define = (needs: readonly string[], make: (...given: unknown[]) => unknown) => {
      const given = needs.map((one) => load(one.startsWith('.') ? join(dirname(name), one) : one));
      known.set(name, make(...given));
    };
    const text = readFileSync(join(core, 'src', `${name}.js`), 'utf8');
    new Function('sap', 'window', text)({ ui: { define } }, globalThis);
    return known.get(name);
  };
  const { create } = load(`${LIBRARY}/_Requestor`) as {
    create(root: string, model: object, headers: object, query: object, version: string): Requestor;
  };
  const Lock = load(`${LIBRARY}/_GroupLock`) as GroupLock;
  const model = new Proxy({}, { get: (_, name) => () => answerTo(String(name)) });
  const requestor = create(`${root}/`, model, {}, {}, '4.0');
  return {
    send: (method, path, body) => {
      const lock = new Lock('$auto', {});
      const nothing = () => undefined;
      // The record that it changes, of which it knows no version: two records are two changes.
      const headers = method === 'PATCH' ? { 'If-Match': {} } : {};
      const hooks = [nothing, nothing, `/${path}`, path, false, undefined, {}, nothing];
      return Promise.resolve(requestor.request(method, path, lock, headers, body && { ...body }, ...hooks));
    },
    submit: () => Promise.resolve(requestor.processBatch('$auto')).then(() => undefined),
  };
}

function answerTo(name: string): unknown {
  if (name === 'getGroupProperty') return 'Auto';
  return name === 'getReporter' ? () => undefined : undefined;
}

type Sent = { readonly method: string; readonly data?: string; readonly headers: Record<string, string> };

type Asked = { readonly status: number; readonly isOk: boolean; readonly body: unknown };

/** As jQuery does: whoever waits is told the body, a word and the request, and of a failure the request alone. */
function ajax(url: string, sent: Sent, carried: Record<string, string>) {
  const asked = ask(url, sent, carried);
  return {
    // biome-ignore lint/suspicious/noThenProperty: that is how jQuery answers
    then: (take: (body: unknown, word: string, asked: Asked) => void, fail: (asked: Asked) => void) => {
      void asked.then((one) => (one.isOk ? take(one.body, 'success', one) : fail(one)));
    },
  };
}

async function ask(url: string, { method, data, headers }: Sent, carried: Record<string, string>) {
  const answer = await fetch(url, { method, headers: { ...headers, ...carried }, body: data ?? null });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return {
    isOk: answer.ok,
    status: answer.status,
    statusText: answer.statusText,
    body: isJson ? (JSON.parse(text) as unknown) : text,
    responseText: text,
    responseJSON: isJson ? (JSON.parse(text) as unknown) : undefined,
    getResponseHeader: (name: string) => answer.headers.get(name),
    getAllResponseHeaders: () => '',
  };
}
