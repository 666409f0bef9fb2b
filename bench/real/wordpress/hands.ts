import { createRequire } from 'node:module';
import { join } from 'node:path';
import { call } from '../system.ts';
import type { Ids } from './server.ts';

type Asked = {
  readonly path: string;
  readonly method?: string;
  readonly data?: unknown;
  readonly body?: FormData;
};
type Options = Asked & { readonly headers?: Record<string, string> };
type Middleware = (options: Options, next: (options: Options) => Promise<unknown>) => Promise<unknown>;
type ApiFetch = {
  (asked: Asked): Promise<unknown>;
  use(middleware: Middleware): void;
  createRootURLMiddleware(url: string): Middleware;
};

export const DELIVERED = { meta: { delivery_status: 'Delivered' } };
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** What a client of WordPress does: by `@wordpress/api-fetch`, by plain REST with an application password, and in a session. */
export type Hands = Awaited<ReturnType<typeof handsOf>>;

export async function handsOf(
  gateway: string,
  { folder, url, password, ...ids }: Ids & { readonly folder: string; readonly url: string },
) {
  const apiFetch = (
    createRequire(join(folder, 'package.json'))('@wordpress/api-fetch') as { default: ApiFetch }
  ).default;
  const basic = { authorization: `Basic ${Buffer.from(`rep:${password}`).toString('base64')}` };
  let code: string | undefined;
  const coded = () => (code === undefined ? {} : { 'OTPRULES-OTP-7': code });
  apiFetch.use((options, next) =>
    next({ ...options, headers: { ...options.headers, ...basic, ...coded() } }),
  );
  apiFetch.use(apiFetch.createRootURLMiddleware(`${gateway}/wp-json/`));
  const session = await sessionAt(url);
  const as =
    (who: Record<string, string>) =>
    (method: string, path: string, body?: unknown, headers = {}) =>
      call(`${gateway}${path}`, method, body, { ...who, ...coded(), ...headers });
  return {
    ...ids,
    gateway,
    session,
    path: `/wp-json/wp/v2/deliveries/${ids.delivery}`,
    /** Its own client. */
    send: (path: string, method = 'GET', data?: unknown) =>
      apiFetch({ path: `/wp/v2/${path}`, method, ...(data !== undefined && { data }) }),
    apiFetch,
    rest: as(basic),
    /** In a session of a browser. */
    browse: as(session),
    /** WordPress itself, past the gateway. */
    direct: (method: string, path: string, body?: unknown) =>
      call(`${url}/wp-json/wp/v2/${path}`, method, body, basic),
    /** What a form of a page has in the session. */
    nonceOf: (action: string) =>
      call(`${url}/wp-json/run/v1/nonce?action=${action}`, 'GET', undefined, session) as Promise<string>,
    withCode: async <T>(given: string | undefined, act: () => Promise<T>): Promise<T> => {
      code = given;
      return act().finally(() => {
        code = undefined;
      });
    },
  };
}

/** Logs in past the gateway, as nobody does through it: the cookies of the person, and what goes with them as a header. */
async function sessionAt(url: string): Promise<{ readonly cookie: string; readonly 'x-wp-nonce': string }> {
  const form = new URLSearchParams({ log: 'rep', pwd: 'password-of-a-run', testcookie: '1' });
  const cookies = { cookie: 'wordpress_test_cookie=WP%20Cookie%20check' };
  const answer = await fetch(`${url}/wp-login.php`, {
    method: 'POST',
    body: form,
    headers: cookies,
    redirect: 'manual',
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const nonce = await fetch(`${url}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } });
  return { cookie, 'x-wp-nonce': await nonce.text() };
}
