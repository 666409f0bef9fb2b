import { expect, it, onTestFinished } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import {
  FORM,
  JSON_DELIVERED,
  WORDPRESS_MODULES as modules,
  WORDPRESS_RULES as rules,
  startWordpress as start,
} from './wordpress-stage.ts';

/*
 * WordPress takes the path from `rest_route`, in a query or a form, before that of the address, and leaves out the folder of its API. A query names the
 * method as well: a GET saves. https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/
 */

const CUSTOMER = '/wp-json/wp/v2/customers/4';
const ROUTE = 'rest_route=/wp/v2/deliveries/6';
const DELIVERED = 'meta[delivery_status]=Delivered';

const gets = [
  `/?${ROUTE}&_method=PUT&${DELIVERED}`,
  `/index.php?${ROUTE}&_method=POST&${DELIVERED}`,
  `/a/page/?${ROUTE}&_METHOD=put&${DELIVERED}`,
  `/?${ROUTE}&.method=PUT&${DELIVERED}`,
  `/wp-json/?${ROUTE}&_method=PUT&${DELIVERED}`,
  `/index.php/wp-json/wp/v2/deliveries/6?_method=PUT&${DELIVERED}`,
  `/?rest.route=/wp/v2/deliveries/6&_method=PUT&${DELIVERED}`,
];

describeDoors('WordPress, by a route that is named elsewhere', {
  start,
  modules,
  rules,
  headers: [],
  refused: [
    ...gets.flatMap((path) =>
      ['GET', 'HEAD', 'OPTIONS'].map(
        (method) => [`a save by ${method} ${path}`, 403, { line: `${method} ${path}` }] as const,
      ),
    ),
    [
      'a save by GET of its own path',
      400,
      { line: `GET /wp-json/wp/v2/deliveries/6?_method=PUT&${DELIVERED}` },
    ],
    ...[
      'rest_route',
      'rest.route',
      'rest[route',
      '+rest_route',
      'REST_ROUTE',
      'rest%5froute',
      'rest_route%00x',
    ].flatMap(
      (name) =>
        [
          [
            `a save of a customer with ${name} in its query`,
            400,
            { line: `POST ${CUSTOMER}?${name}=/wp/v2/deliveries/6`, body: JSON_DELIVERED },
          ],
          [
            `a save of a customer with ${name} in its form`,
            400,
            { line: `POST ${CUSTOMER}`, headers: FORM, body: `${name}=/wp/v2/deliveries/6&${DELIVERED}` },
          ],
          [
            `a save of nothing that is named with ${name} in its query`,
            403,
            { line: `POST /a/page?${name}=/wp/v2/deliveries/6`, body: JSON_DELIVERED },
          ],
        ] as const,
    ),
    [
      'a save of a customer that goes where nobody mapped anything',
      400,
      { line: `POST ${CUSTOMER}?rest_route=/batch/v1`, body: '{"title":"x"}' },
    ],
    ['a save as it is written', 428, { line: 'POST /wp-json/wp/v2/deliveries/6', body: JSON_DELIVERED }],
  ],
  honest: [
    ['a read by its route', { line: `GET /?${ROUTE}` }, `/?${ROUTE}`],
    ['a read that says its method', { line: `GET /?${ROUTE}&_method=GET` }, `/?${ROUTE}&_method=GET`],
    ['a page', { line: 'GET /a/page?method=post' }, '/a/page?method=post'],
    [
      'JSON that tells of a route',
      { line: `POST ${CUSTOMER}`, body: '{"rest_route":"/wp/v2/deliveries/6"}' },
      CUSTOMER,
    ],
    [
      'a form of a customer',
      { line: `POST ${CUSTOMER}`, headers: FORM, body: 'title=x&meta[phone]=1' },
      CUSTOMER,
      'title=x&meta[phone]=1',
    ],
  ],
});

it('a record whose reads are guarded is not shown by its route', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const watched = rules.map((rule) => ({ ...rule, on: ['read' as const], when: true as const }));
  const gateway = createTestGateway({ upstream: { url: crm.url }, modules, rules: watched });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const read = async (path: string) => (await fetch(url + path)).status;
  expect(await read(`/?${ROUTE}`)).toBe(403);
  expect(await read(`/a/page?rest.route=wp/v2/deliveries/6`)).toBe(403);
  expect(await read(`${CUSTOMER}?${ROUTE}`)).toBe(403);
  expect(crm.received).toEqual([]);
  expect(await read('/?rest_route=/wp/v2/customers/4')).toBe(200);
  expect(await read('/wp-json/wp/v2/deliveries/6')).toBe(428);
});
