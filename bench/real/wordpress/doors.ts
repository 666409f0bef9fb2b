import type { Step } from '../system.ts';
import { batchesOf } from './batches.ts';
import { callsOf } from './calls.ts';
import { DELIVERED, FORM, type Hands } from './hands.ts';
import { pagesOf } from './pages.ts';

const SAID = 'meta[delivery_status]=Delivered';
const EMAIL = { meta: { email: 'rep@example.com' } };

/** Every other way to a delivered order, or to the address of its customer. */
export function doorsOf(hands: Hands): readonly Step[] {
  return [...callsOf(hands), ...routes(hands), ...owners(hands), ...batchesOf(hands), ...pagesOf(hands)];
}

/** By the paths that WordPress finds elsewhere than in the address. */
function routes({ rest, browse, apiFetch, path, ann, delivery }: Hands): readonly Step[] {
  const route = `/wp/v2/deliveries/${delivery}`;
  const customer = `/wp-json/wp/v2/customers/${ann}`;
  const named = ['rest_route', 'rest.route', 'rest[route', '%20rest_route', 'rest%5Froute'];
  return [
    ...[
      '/',
      '/index.php',
      '/wp-json/',
      '/wp-json/wp/v2/media',
      '/delivery/box-of-12/',
      '/wp-json/batch/v1',
    ].flatMap((at): readonly Step[] => [
      [`a route at ${at}`, () => rest('POST', `${at}?rest_route=${route}`, DELIVERED)],
      [`a route in a form at ${at}`, () => rest('POST', at, `rest_route=${route}&${SAID}`, FORM)],
      [`a route in a GET of ${at}`, () => rest('GET', `${at}?rest_route=${route}&_method=PUT&${SAID}`)],
      [
        `a route in a GET of ${at}, with a header`,
        () =>
          rest('GET', `${at}?rest_route=${route}&${SAID}`, undefined, { 'x-http-method-override': 'PUT' }),
      ],
    ]),
    ...named.flatMap((name): readonly Step[] => [
      [`${name} at a customer`, () => rest('POST', `${customer}?${name}=${route}`, DELIVERED)],
      [`${name} in a form of a customer`, () => rest('POST', customer, `${name}=${route}&${SAID}`, FORM)],
      [`${name} in a GET`, () => rest('GET', `/?${name}=${route}&_method=PUT&${SAID}`)],
    ]),
    [
      'a route in a form with parts',
      () => apiFetch({ path: '/wp/v2/media', method: 'POST', body: multipart(route) }),
    ],
    ['a route of an autosave', () => rest('POST', `${path}/autosaves?rest_route=${route}`, DELIVERED)],
    [
      'a route in a form of an autosave',
      () => rest('POST', `${path}/autosaves`, `rest_route=${route}&${SAID}`, FORM),
    ],
    [
      'a route to a batch',
      () =>
        rest('POST', `${customer}?rest_route=/batch/v1`, { requests: [{ path: route, body: DELIVERED }] }),
    ],
    ['the script, with a path', () => rest('POST', `/index.php${path}`, DELIVERED)],
    ['the script, with a path, in a GET', () => rest('GET', `/index.php${path}?_method=PUT&${SAID}`)],
    ['a route in a session', () => browse('GET', `/?rest_route=${route}&_method=PUT&${SAID}`)],
    ['a route in a HEAD', () => rest('HEAD', `/?rest_route=${route}&_method=PUT&${SAID}`)],
    ['a preflight that saves', () => rest('OPTIONS', `${path}?_method=PUT&${SAID}`, undefined, PREFLIGHT)],
  ];
}

const PREFLIGHT = { origin: 'https://app.example.com', 'access-control-request-method': 'PUT' };

function multipart(route: string): FormData {
  const data = new FormData();
  data.append('rest_route', route);
  data.append('meta[delivery_status]', 'Delivered');
  return data;
}

/** By the customer whose address it is. */
function owners({ rest, send, browse, path, ann, rep }: Hands): readonly Step[] {
  const customer = `/wp-json/wp/v2/customers/${ann}`;
  return [
    [
      'another owner',
      () => send(path.slice('/wp-json/wp/v2/'.length), 'PUT', { meta: { customer_id: rep } }),
    ],
    ['another owner as a text', () => rest('POST', path, { meta: { customer_id: String(rep) } })],
    ['no owner', () => rest('POST', path, { meta: { customer_id: null } })],
    ['an owner of zero', () => rest('POST', path, `meta[customer_id]=0`, FORM)],
    ['the address of the owner', () => rest('POST', customer, EMAIL)],
    ['the address of the owner, in a session', () => browse('PUT', customer, EMAIL)],
    [
      'the address of the owner, in a form',
      () => rest('POST', customer, 'meta[email]=rep@example.com', FORM),
    ],
    [
      'the address of the owner, at another customer',
      () => rest('POST', customer.replace(/\d+$/, `${rep}`), { id: ann, ...EMAIL }),
    ],
    ['no address of the owner', () => rest('POST', customer, { meta: { email: null } })],
    ['the owner in the bin', () => send(`customers/${ann}`, 'DELETE')],
    ['the owner deleted', () => send(`customers/${ann}?force=true`, 'DELETE')],
    ['the owner deleted by a GET', () => rest('GET', `${customer}?_method=DELETE&force=true`)],
    [
      'the owner deleted by a route',
      () => rest('GET', `/?rest_route=/wp/v2/customers/${ann}&_method=DELETE&force=true`),
    ],
    ['the owner in the bin by their status', () => rest('POST', customer, { status: 'trash' })],
  ];
}
