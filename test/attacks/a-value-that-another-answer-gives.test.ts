import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * A request of a batch may take a value from the answer to another one. Nobody knows then what it saves: a status that is read from an order which is
 * closed already closes the next one.
 */

const ORDER = { ID: '45', id: '45', Status: 'Open', email: 'ann@example.com' };
const start = async () => {
  const crm = await startStandIn(() => ({ status: 200, body: ORDER }));
  return { ...crm, stored: () => ORDER };
};
const rules: ConfigInput['rules'] = [
  {
    id: 7,
    name: 'Closing',
    module: 'Orders',
    when: { changed_to: ['Status', 'Closed'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
  },
];
const REFERENCES = [
  '$1/Status',
  '$first/value/Status',
  '@{1:$.data[0].Status}',
  '{result=first:$.Status}',
  '{{first.Status}}',
  '$' + '{first.Status}',
  '$first.body.Status',
];
const HONEST = ['$500', '$5.00', '$', '{x}', 'a@b.example', 'On $1 bill'];

const odata = (...requests: object[]): Knock => ({
  line: 'POST /odata/$batch',
  body: JSON.stringify({ requests }),
});
const patch = (body: object) => ({ id: '2', method: 'PATCH', url: 'Orders(45)', body });

describeDoors('a batch of OData whose requests refer to each other', {
  start,
  modules: { Orders: { dialect: 'odata', path: '/odata' } },
  rules,
  headers: [],
  refused: [
    ...REFERENCES.map((text) => [text, 400, odata(patch({ Status: text }))] as const),
    ['an address', 400, odata(patch({ email: '$1/Email' }))],
    ['what is written plainly', 428, odata(patch({ Status: 'Closed' }))],
  ],
  honest: [
    ...HONEST.map(
      (text) =>
        [
          `the status ${text}`,
          odata(patch({ Status: text })),
          '/odata/$batch',
          JSON.stringify({ requests: [patch({ Status: text })] }),
        ] as const,
    ),
    [
      'a reference in a field that nobody guards',
      odata(patch({ Subject: '$1/Subject' })),
      '/odata/$batch',
      JSON.stringify({ requests: [patch({ Subject: '$1/Subject' })] }),
    ],
  ],
});

const put = (body: object) => ({ method: 'PUT', path: '/api/orders/45', body });
const rest = (...calls: object[]): Knock => ({ line: 'POST /api/batch', body: JSON.stringify(calls) });
const modules: ConfigInput['modules'] = {
  Orders: {
    dialect: 'rest',
    path: '/api/orders',
    values: ['Status'],
    operations: [
      { request: 'POST /api/batch', batch: { calls: '', method: '/method', path: '/path', body: '/body' } },
    ],
  },
};

describeDoors('a described batch whose requests refer to each other', {
  start,
  modules,
  rules,
  headers: [],
  refused: [
    ...REFERENCES.map((text) => [text, 400, rest(put({ Status: text }))] as const),
    ['a list with one', 400, rest(put({ Status: ['$1/Status'] }))],
    ['another case of the name', 400, rest(put({ status: '$1/Status' }))],
  ],
  honest: [
    [
      'a reference in a field that nobody guards',
      rest(put({ Subject: '@{1:$.data[0].Subject}' })),
      '/api/batch',
      JSON.stringify([put({ Subject: '@{1:$.data[0].Subject}' })]),
    ],
  ],
});

it('what refers to another answer is refused in a batch, and a text like any other by itself', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({ upstream: { url: crm.url }, modules, rules });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const send = async (method: string, path: string, body: object) =>
    (
      await fetch(url + path, {
        method,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    ).status;
  expect(await send('POST', '/api/batch', [put({ Status: '$1/Status' })])).toBe(400);
  expect(await send('PUT', '/api/orders/45', { Status: '$1/Status' })).toBe(200);
  const saves = crm.received.filter(({ method }) => method !== 'GET');
  expect(saves.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /api/orders/45']);
});
