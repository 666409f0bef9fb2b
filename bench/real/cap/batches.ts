import { call, type Step } from '../system.ts';
import type { CapHands } from './relations.ts';

const DELIVERED = { status: 'Delivered' };
const CALL = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: DELIVERED };
const PART = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary', ''];
const HTTP = (line: string, body: object, headers: readonly string[] = []) =>
  [...PART, `${line} HTTP/1.1`, 'Content-Type: application/json', ...headers, '', JSON.stringify(body)].join(
    '\r\n',
  );
const MULTIPART = (...parts: readonly string[]) => `--b\r\n${parts.join('\r\n--b\r\n')}\r\n--b--\r\n`;
/** What CAP takes for lines of its own within a value: it looks for lines with the ends of JavaScript. */
const SMUGGLED = ['\u2028', '\u2029', '\r\n', '\n'].map((end) =>
  [
    '',
    '--b',
    ...PART,
    'PATCH /Deliveries(45) HTTP/1.1',
    'content-type: application/json',
    '',
    '{"status":"Delivered"}',
    '',
  ].join(end),
);

/** Batches, in JSON and in multipart. */
export function batches({ gateway, at, batch, ann, rep }: CapHands): readonly Step[] {
  const parts = (text: string, type = 'multipart/mixed; boundary=b') =>
    call(at('$batch'), 'POST', text, { 'content-type': type });
  const multipart = (line: string, body: object, headers?: readonly string[]) =>
    parts(MULTIPART(HTTP(line, body, headers)));
  const urls = [
    ...[
      'Deliveries(45)',
      '/Deliveries(45)',
      '/odata/v4/crm/Deliveries(45)',
      'Deliveries(045)',
      'Deliveries/45',
    ],
    ...[
      '%44eliveries(45)',
      './Deliveries(45)',
      'Customers/../Deliveries(45)',
      `${gateway}/odata/v4/crm/Deliveries(45)`,
    ],
    ...['Shipments(45)', '/rest/crm/Deliveries/45', 'Deliveries(45)#x', `Customers(${ann})/deliveries(45)`],
  ];
  return [
    ...urls.map((url): Step => [`a batch with ${url}`, () => batch({ ...CALL, url })]),
    [
      'a batch behind a read',
      () =>
        batch({ method: 'GET', url: 'Deliveries(45)' }, { ...CALL, url: 'Deliveries(45)', dependsOn: ['0'] }),
    ],
    ['a batch by a reference', () => batch({ method: 'GET', url: 'Deliveries(45)' }, { ...CALL, url: '$0' })],
    [
      'a batch with an action',
      () => batch({ method: 'POST', url: 'Deliveries(45)/CRM.deliver', headers: CALL.headers, body: {} }),
    ],
    ['a batch with small letters', () => batch({ ...CALL, method: 'patch', url: 'Deliveries(45)' })],
    ['a batch with a group', () => batch({ ...CALL, url: 'Deliveries(45)', atomicityGroup: 'g' })],
    [
      'a batch with another owner',
      () => batch({ ...CALL, url: 'Deliveries(45)', body: { customer_ID: rep } }),
    ],
    [
      'a batch within a batch',
      () =>
        batch({
          method: 'POST',
          url: '$batch',
          headers: CALL.headers,
          body: { requests: [{ id: '1', ...CALL, url: 'Deliveries(45)' }] },
        }),
    ],
    ...urls.map((url): Step => [`a multipart batch with ${url}`, () => multipart(`PATCH ${url}`, DELIVERED)]),
    ['a multipart batch with an action', () => multipart('POST Deliveries(45)/CRM.deliver', {})],
    ['a multipart batch with small letters', () => multipart('patch Deliveries(45)', DELIVERED)],
    ['a multipart batch with MERGE', () => multipart('MERGE Deliveries(45)', DELIVERED)],
    ['a multipart batch with another owner', () => multipart('PATCH Deliveries(45)', { customer_ID: rep })],
    [
      'a multipart batch by a reference',
      () =>
        parts(
          MULTIPART(
            `Content-ID: 1\r\n${HTTP('GET Deliveries(45)', {})}`,
            `Content-ID: 2\r\n${HTTP('PATCH $1', DELIVERED)}`,
          ),
        ),
    ],
    [
      'a multipart batch with chunks',
      () => multipart('PATCH Deliveries(45)', DELIVERED, ['Transfer-Encoding: chunked']),
    ],
    [
      'a multipart batch with line ends of Unix',
      () => parts(MULTIPART(HTTP('PATCH Deliveries(45)', DELIVERED)).replaceAll('\r\n', '\n')),
    ],
    [
      'a multipart batch with another boundary',
      () => parts(MULTIPART(HTTP('PATCH Deliveries(45)', DELIVERED)), 'multipart/mixed; boundary=c'),
    ],
    [
      'a multipart batch that is called JSON, too',
      () =>
        parts(
          MULTIPART(HTTP('PATCH Deliveries(45)', DELIVERED)),
          'multipart/mixed; boundary=b; x=application/json',
        ),
    ],
    [
      'a multipart batch that is called a form',
      () => parts(MULTIPART(HTTP('PATCH Deliveries(45)', DELIVERED)), 'multipart/form-data; boundary=b'),
    ],
    [
      'a multipart batch with something before it',
      () =>
        parts(
          `PATCH /Deliveries(45) HTTP/1.1\r\ncontent-type: application/json\r\n\r\n{"status":"Delivered"}\r\n${MULTIPART(HTTP('GET Deliveries', {}))}`,
        ),
    ],
    [
      'a multipart batch with something behind it',
      () =>
        parts(
          `${MULTIPART(HTTP('PATCH Deliveries(46)', { note: 'x' }))}${MULTIPART(HTTP('PATCH Deliveries(45)', DELIVERED))}`,
        ),
    ],
    [
      'a multipart batch with a second request in a part',
      () =>
        parts(
          MULTIPART(
            `${HTTP('PATCH Deliveries(46)', { note: 'x' })}\r\n${HTTP('PATCH Deliveries(45)', DELIVERED)}`,
          ),
        ),
    ],
    [
      'a multipart batch with a header that CAP cuts',
      () => multipart('PATCH Deliveries(46)', { note: 'x' }, ['--b: x', 'PATCH /Deliveries(45) HTTP/1.1: x']),
    ],
    ...SMUGGLED.map(
      (note): Step => [
        `a multipart batch with a request in a value (${JSON.stringify(note.slice(0, 2))})`,
        () => multipart('PATCH Deliveries(46)', { note }),
      ],
    ),
    [
      'a batch by an encoded name',
      () => call(at('%24batch'), 'POST', { requests: [{ id: '1', ...CALL, url: 'Deliveries(45)' }] }),
    ],
    [
      'a batch of the service by REST',
      () =>
        call(`${gateway}/rest/crm/$batch`, 'POST', {
          requests: [{ id: '1', ...CALL, url: 'Deliveries(45)' }],
        }),
    ],
  ];
}
