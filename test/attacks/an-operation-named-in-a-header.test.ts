import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Feathers takes a POST for the method of its service that the header `X-Service-Method` names, whatever the path says beyond the service: what looks
 * like a new record delivers an old one. https://feathersjs.com/api/client/rest#service-methods
 */

const PATH = '/deliveries';
const call = (method: string, name = 'X-Service-Method') => `${name}: ${method}`;

async function startFeathers() {
  const stored: Record<string, Record<string, unknown>> = {
    '45': { id: 45, status: 'Open', email: 'ann@example.com' },
  };
  const crm = await startStandIn(({ method, pathname, header, json }) => {
    const id = pathname.split('/')[2];
    if (method === 'GET') return { status: id && stored[id] ? 200 : 404, body: stored[id ?? ''] ?? {} };
    const service = method === 'POST' ? header('x-service-method') : undefined;
    if (service === 'deliver') Object.assign(stored[String(json['delivery'])] ?? {}, { status: 'Delivered' });
    else if (service === undefined && id) Object.assign(stored[id] ?? {}, json);
    return { status: service === 'nothing' ? 405 : 200, body: {} };
  });
  return { ...crm, stored: () => structuredClone(stored) };
}

const feathers = {
  start: startFeathers,
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Deliveries',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email' as const, address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
};
const deliver = '{"delivery":45}';

describeDoors('Feathers, by a method in a header', {
  ...feathers,
  modules: { Deliveries: { dialect: 'rest', path: PATH } },
  refused: [
    ['a method of the service', 403, { line: `POST ${PATH}`, headers: [call('deliver')], body: deliver }],
    ['… on a record', 403, { line: `POST ${PATH}/46`, headers: [call('deliver')], body: deliver }],
    [
      '… spelled as CGI reads it',
      403,
      { line: `POST ${PATH}`, headers: [call('deliver', 'x_service_method')], body: deliver },
    ],
    ['a call of SOAP', 403, { line: `POST ${PATH}`, headers: ['SOAPAction: "urn:x#y"'], body: deliver }],
  ],
  honest: [
    ['a new delivery', { line: `POST ${PATH}`, body: '{"status":"Open"}' }, PATH],
    [
      'a note with the name of a method of HTTP',
      { line: `PATCH ${PATH}/45`, headers: ['X-Payment-Method: card'], body: '{"note":"x"}' },
      `${PATH}/45`,
      '{"note":"x"}',
      ['x-payment-method', /^card$/],
    ],
  ],
});

describeDoors('Feathers, whose methods in a header are described', {
  ...feathers,
  modules: {
    Deliveries: {
      dialect: 'rest',
      path: PATH,
      neutralHeaders: ['X-Action'],
      operations: [
        {
          request: `POST ${PATH}`,
          headers: { 'X-Service-Method': 'deliver' },
          save: { id: '/delivery', set: { status: 'Delivered' } },
        },
        { request: `POST ${PATH}`, headers: { 'X-Service-Method': 'ping' }, harmless: true },
        { request: `POST ${PATH}/deeds`, headers: { 'X-Deed': 'count' }, harmless: true },
        { request: `POST ${PATH}/names`, harmless: true },
        { request: `POST ${PATH}/batch`, batch: { calls: '/calls', headers: '/headers' } },
      ],
    },
  },
  refused: [
    ['the described method', 428, { line: `POST ${PATH}`, headers: [call('deliver')], body: deliver }],
    ['… in other letters', 403, { line: `POST ${PATH}`, headers: [call('Deliver')], body: deliver }],
    ['a second one', 403, { line: `POST ${PATH}`, headers: [call('ping'), call('deliver')], body: deliver }],
    [
      'a second one in another spelling',
      403,
      {
        line: `POST ${PATH}`,
        headers: [call('ping'), call('deliver', 'X_Service_Method')],
        body: deliver,
      },
    ],
    ['one that nobody described', 403, { line: `POST ${PATH}`, headers: [call('closeAll')], body: '{}' }],
    [
      'another header beside the harmless one',
      403,
      { line: `POST ${PATH}`, headers: [call('ping'), 'SOAPAction: "deliver"'], body: deliver },
    ],
    ['beside what does nothing', 403, { line: `POST ${PATH}/names`, headers: [call('deliver')], body: '{}' }],
    [
      'a header that only an operation names',
      403,
      { line: `POST ${PATH}`, headers: ['X-Deed: deliver'], body: deliver },
    ],
    ['the harmless one on a record', 403, { line: `POST ${PATH}/45`, headers: [call('ping')], body: '{}' }],
    [
      'a call of a batch',
      400,
      {
        line: `POST ${PATH}/batch`,
        body: JSON.stringify({
          calls: [
            {
              method: 'POST',
              path: PATH,
              body: { delivery: 45 },
              headers: { 'X-Service-Method': 'deliver' },
            },
          ],
        }),
      },
    ],
  ],
  honest: [
    [
      'the harmless method',
      { line: `POST ${PATH}`, headers: [call('ping')], body: '{"at":1}' },
      PATH,
      '{"at":1}',
      ['x-service-method', /^ping$/],
    ],
    ['a new delivery', { line: `POST ${PATH}`, body: '{"status":"Open"}' }, PATH, '{"status":"Open"}'],
    ['what does nothing', { line: `POST ${PATH}/names`, body: '{}' }, `${PATH}/names`, '{}'],
    ['a read with a header', { line: `GET ${PATH}/45`, headers: [call('deliver')] }, `${PATH}/45`],
    [
      'what a header of its own tells',
      { line: `POST ${PATH}/deeds`, headers: ['X-Deed: count'], body: '{"at":1}' },
      `${PATH}/deeds`,
      '{"at":1}',
    ],
    [
      'a note with a header that is declared to do nothing',
      { line: `PATCH ${PATH}/45`, headers: ['X-Action: save'], body: '{"note":"x"}' },
      `${PATH}/45`,
    ],
  ],
});
