import { call, type Step } from '../system.ts';
import { DELIVERED, FORM, type Hands } from './hands.ts';

const SAID = 'meta[delivery_status]=Delivered';

const EMAIL = { meta: { email: 'rep@example.com' } };

/** By requests within a request, whose paths leave out the folder of the API. */
export function batchesOf({ rest, gateway, path, own, ann, delivery }: Hands): readonly Step[] {
  const route = `/wp/v2/deliveries/${delivery}`;
  const batch = (more: object, at = '/wp-json/batch/v1') =>
    rest('POST', at, { requests: [{ method: 'PUT', path: route, body: DELIVERED, ...more }] });
  const query = `requests[0][path]=${route}&requests[0][body][meta][delivery_status]=Delivered`;
  return [
    ...[
      path,
      `/${route}`,
      `${route}/`,
      route.replace('wp', 'WP'),
      route.replace('deliveries', '%64eliveries'),
      `${route}?x=1`,
      `${route}#x`,
      `http://127.0.0.1${route}`,
      `${gateway}${path}`,
      `//127.0.0.1${route}`,
      `?rest_route=${route}`,
    ].map((at): Step => [`a batch with ${at.replace(gateway, '')}`, () => batch({ path: at })]),
    ['a batch', () => batch({})],
    ['a batch without a method', () => batch({ method: undefined })],
    ['a batch with small letters', () => batch({ method: 'put' })],
    ['a batch with a status in the path', () => batch({ path: `${route}?${SAID}`, body: {} })],
    [
      'a batch with another id',
      () => batch({ path: `/wp/v2/deliveries/${own}`, body: { id: delivery, ...DELIVERED } }),
    ],
    ['a batch with another id in its path', () => batch({ path: `/wp/v2/deliveries/${own}?id=${delivery}` })],
    [
      'a batch with a method in its head',
      () => batch({ method: 'POST', headers: { 'X-HTTP-Method-Override': 'DELETE' } }),
    ],
    ['a batch with a body in a text', () => batch({ body: JSON.stringify(DELIVERED) })],
    ['a batch of an autosave', () => batch({ method: 'POST', path: `${route}/autosaves` })],
    ['a batch of the address of the owner', () => batch({ path: `/wp/v2/customers/${ann}`, body: EMAIL })],
    [
      'a batch that deletes the owner',
      () => batch({ method: 'DELETE', path: `/wp/v2/customers/${ann}`, body: { force: true } }),
    ],
    [
      'a batch within a batch',
      () =>
        batch({ method: 'POST', path: '/batch/v1', body: { requests: [{ path: route, body: DELIVERED }] } }),
    ],
    ['a batch by its route', () => batch({}, '/?rest_route=/batch/v1')],
    ['a batch in another case', () => batch({}, '/wp-json/Batch/v1')],
    ['a batch in a form', () => rest('POST', '/wp-json/batch/v1', query, FORM)],
    ['a batch in a query', () => rest('POST', `/wp-json/batch/v1?${query}`, {})],
    ['a batch in a GET', () => rest('GET', `/wp-json/batch/v1?_method=POST&${query}`)],
    ['a batch in an OPTIONS', () => rest('OPTIONS', `/wp-json/batch/v1?_method=POST&${query}`)],
    [
      'a batch in an OPTIONS with a header',
      () => rest('OPTIONS', `/wp-json/batch/v1?${query}`, undefined, { 'x-http-method-override': 'POST' }),
    ],
    [
      'a batch with a second list',
      () =>
        rest('POST', `/wp-json/batch/v1?${query}`, {
          requests: [{ method: 'PUT', path: route, body: { title: 'x' } }],
        }),
    ],
    ['an answer of nothing', () => call(`${gateway}/wp-json/batch/v1`, 'POST', { requests: [] })],
  ];
}
