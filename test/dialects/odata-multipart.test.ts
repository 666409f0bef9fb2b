import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { lenientCallsIn } from '../harness/lenient-parts.ts';
import { type OData, startOData } from '../harness/odata-crm.ts';
import { describeDoors, type Knock } from './doors.ts';
import { closingRule } from './odata-closing.ts';

const RECORDS = {
  'Orders/45': { ID: '45', Status: 'Open', Subject: '', Customer_ID: '9' },
  'Orders/46': { ID: '46', Status: 'Open', Subject: '', Customer_ID: '8' },
  'Customers/9': { ID: '9', Name: 'Ann', Email: 'ann@example.com' },
  'Customers/8': { ID: '8', Name: 'Bob', Email: 'bob@example.com' },
};
const MODULES: ConfigInput['modules'] = {
  Orders: {
    dialect: 'odata',
    path: '/odata',
    actions: { close: { set: { Status: 'Closed' } } },
    relations: { Customer: { module: 'Customers', field: 'Customer_ID' } },
    credentialHeaders: ['X-Key'],
  },
  Customers: { dialect: 'odata', path: '/odata', relations: { Orders: { module: 'Orders' } } },
};
const RULES = closingRule();

const CLOSED = '{"Status":"Closed"}';
const NOTE = '{"Subject":"x"}';
const JSON_TYPE = 'Content-Type: application/json;charset=UTF-8;IEEE754Compatible=true';

/** A request as UI5 writes it. */
const http = (line: string, body = '', headers: readonly string[] = [], rest = '') =>
  [`${line} HTTP/1.1`, ...(body === '' ? [] : [JSON_TYPE]), ...headers, '', `${body}${rest}`].join('\r\n');
const part = (content: string, headers: readonly string[] = []) =>
  ['Content-Type:application/http', 'Content-Transfer-Encoding:binary', ...headers, '', content].join('\r\n');
const wrap = (boundary: string, parts: readonly string[], end = '\r\n') =>
  `${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}--${end}`;
const set = (...parts: readonly string[]) =>
  `Content-Type: multipart/mixed;boundary=cs\r\n\r\n${wrap('cs', parts)}`;
const TYPE = 'Content-Type: multipart/mixed; boundary=b';
const raw = (body: string, type = TYPE): Knock => ({ line: 'POST /odata/$batch', headers: [type], body });
const batch = (...parts: readonly string[]): Knock => raw(wrap('b', parts));
const one = (line: string, body = CLOSED, headers: readonly string[] = [], rest = '') =>
  batch(part(http(line, body, headers, rest)));

describeDoors('OData, in batches of multipart', {
  async start() {
    const crm = await startOData(RECORDS);
    return { ...crm, stored: () => crm.records.get('Orders/45') };
  },
  modules: MODULES,
  rules: RULES,
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a guarded save', 428, one('PATCH Orders(45)')],
    ['one in a set', 428, batch(set(part(http('PATCH Orders(45)', CLOSED), ['Content-ID:0.0'])))],
    ['one behind a read', 428, batch(part(http('GET Orders')), part(http('PATCH Orders(45)', CLOSED)))],
    [
      'one behind an honest one',
      428,
      batch(set(part(http('PATCH Orders(46)', NOTE)), part(http('PATCH Orders(45)', CLOSED)))),
    ],
    [
      'one in the second set',
      428,
      batch(set(part(http('PATCH Orders(46)', NOTE))), set(part(http('PATCH Orders(45)', CLOSED)))),
    ],
    ['an action', 428, one('POST Orders(45)/Svc.close', '{}')],
    ['an action without a body', 428, one('POST Orders(45)/Svc.close', '')],
    ['a whole address', 428, one('PATCH http://crm.example/odata/Orders(45)')],
    ['a path and a host', 428, one('PATCH /odata/Orders(45)', CLOSED, ['Host: crm.example'])],
    ['a PUT', 428, one('PUT Orders(45)', '{"Status":"Closed","Customer_ID":"9","Subject":""}')],
    ['another address', 428, one('PATCH Customers(9)', '{"Email":"rep@example.com"}')],
    ['a body on several lines', 428, one('PATCH Orders(45)', '{\r\n  "Status":\r\n  "Closed"\r\n}')],
    ['a length', 428, one('PATCH Orders(45)', CLOSED, [`Content-Length: ${CLOSED.length}`])],
    [
      'a reference to an earlier call',
      400,
      batch(
        set(
          part(http('PATCH Orders(45)', NOTE), ['Content-ID: 1']),
          part(http('PATCH $1', CLOSED), ['Content-ID: 2']),
        ),
      ),
    ],
    [
      'a reference to a new record',
      400,
      batch(
        set(
          part(http('POST Customers', '{"Name":"x"}'), ['Content-ID: 1']),
          part(http('POST $1/Orders', CLOSED)),
        ),
      ),
    ],
    [
      'a reference to a read',
      400,
      batch(part(http('GET Orders(45)'), ['Content-ID: 1']), part(http('PATCH $1', CLOSED))),
    ],
    [
      'a set within a set',
      400,
      batch(
        set(
          `Content-Type: multipart/mixed;boundary=ds\r\n\r\n${wrap('ds', [part(http('PATCH Orders(45)', CLOSED))])}`,
        ),
      ),
    ],
    ['a batch within a batch', 400, one('POST $batch', '{"requests":[]}')],
    ['a method in small letters', 400, one('patch Orders(45)')],
    ['MERGE', 403, one('MERGE Orders(45)')],
    ['a method in a header', 400, one('POST Orders(45)', CLOSED, ['X-HTTP-Method: PATCH'])],
    ['a read with a method in a header', 400, one('GET Orders(45)', CLOSED, ['X-HTTP-Method: PATCH'])],
    ['a read with a body', 400, one('GET Orders(45)')],
    ['a delete with a body', 400, one('DELETE Orders(45)')],
    ['two blanks in the line', 400, one('PATCH  Orders(45)')],
    ['a blank in the address', 400, one('PATCH Orders(45) x')],
    ['HTTP/1.0', 400, batch(part(`PATCH Orders(45) HTTP/1.0\r\n${JSON_TYPE}\r\n\r\n${CLOSED}`))],
    ['no version', 400, batch(part(`PATCH Orders(45)\r\n${JSON_TYPE}\r\n\r\n${CLOSED}`))],
    ['an encoded letter', 400, one('PATCH %4Frders(45)')],
    ['dots', 400, one('PATCH Customers/../Orders(45)')],
    ['another place', 400, one('PATCH /other/Orders(45)')],
    ['a query', 400, one('PATCH Orders(45)?Status=Closed', NOTE)],
    ['chunks', 400, one('PATCH Orders(46)', NOTE, ['Transfer-Encoding: chunked'])],
    ['a coding', 400, one('PATCH Orders(46)', NOTE, ['Content-Encoding: gzip'])],
    ['a range', 400, one('PATCH Orders(46)', NOTE, ['Content-Range: bytes 0-1/2'])],
    ['another path in a header', 400, one('PATCH Orders(46)', NOTE, ['X-Original-URL: /odata/Orders(45)'])],
    ['somebody else who asks', 400, one('PATCH Orders(46)', NOTE, ['Authorization: Bearer boss'])],
    ['somebody else by a cookie', 400, one('PATCH Orders(46)', NOTE, ['Cookie: session=boss'])],
    ['somebody else by a key', 400, one('PATCH Orders(46)', NOTE, ['x-key: boss'])],
    ['a header twice', 400, one('PATCH Orders(46)', NOTE, ['Accept: a', 'accept: b'])],
    ['a header on two lines', 400, one('PATCH Orders(46)', NOTE, ['Accept: a', ' X-HTTP-Method: DELETE'])],
    ['a header with a blank before its colon', 400, one('PATCH Orders(46)', NOTE, ['Accept : a'])],
    ['a header that begins like a boundary', 400, one('PATCH Orders(46)', NOTE, ['--b: x'])],
    [
      'a header out of which a reader makes another',
      400,
      one('PATCH Orders(46)', NOTE, ['X-HTTP-Content-Length: 5', 'Method: DELETE']),
    ],
    ['a header of Latin', 400, one('PATCH Orders(46)', NOTE, ['Accept: \u00e4'])],
    ['a length that is too short', 400, one('PATCH Orders(46)', NOTE, ['Content-Length: 2'])],
    ['a length that is too long', 400, one('PATCH Orders(46)', NOTE, ['Content-Length: 99'])],
    ['a length that is none', 400, one('PATCH Orders(46)', NOTE, ['Content-Length: +13'])],
    [
      'a second request behind the body',
      400,
      one('PATCH Orders(46)', NOTE, [], `\r\n${http('PATCH Orders(45)', CLOSED)}`),
    ],
    [
      'a body of another type',
      400,
      batch(part(`PATCH Orders(45) HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n${CLOSED}`)),
    ],
    ['a body of no type', 400, batch(part(`PATCH Orders(45) HTTP/1.1\r\n\r\n${CLOSED}`))],
    [
      'a body of another charset',
      400,
      batch(
        part(`PATCH Orders(45) HTTP/1.1\r\nContent-Type: application/json;charset=utf-7\r\n\r\n${CLOSED}`),
      ),
    ],
    ['a body that is a text', 400, one('PATCH Orders(45)', JSON.stringify(CLOSED))],
    ['a member twice', 400, one('PATCH Orders(45)', '{"Status":"Open","Status":"Closed"}')],
    ['no body', 400, one('PATCH Orders(45)', '')],
    ['one record twice', 400, batch(part(http('PATCH Orders(45)', NOTE)), part(http('DELETE Orders/45')))],
    [
      'a part of another type',
      400,
      batch(`Content-Type: text/plain\r\n\r\n${http('PATCH Orders(45)', CLOSED)}`),
    ],
    ['a part of no type', 400, batch(`\r\n${http('PATCH Orders(45)', CLOSED)}`)],
    ['a part in base64', 400, batch(part(http('PATCH Orders(45)', CLOSED)).replace('binary', 'base64'))],
    ['a part with chunks', 400, batch(part(http('PATCH Orders(46)', NOTE), ['Transfer-Encoding: chunked']))],
    [
      'a part with a stranger among its headers',
      400,
      batch(part(http('PATCH Orders(46)', NOTE), ['X-HTTP-Method: DELETE'])),
    ],
    [
      'a part with its type twice',
      400,
      batch(part(http('PATCH Orders(46)', NOTE), ['content-type: multipart/mixed;boundary=x'])),
    ],
    ['a part of another length', 400, batch(part(http('PATCH Orders(46)', NOTE), ['Content-Length: 3']))],
    ['an odd Content-ID', 400, batch(part(http('PATCH Orders(46)', NOTE), ['Content-ID: a b']))],
    [
      'a set without a boundary',
      400,
      batch(`Content-Type: multipart/mixed\r\n\r\n${wrap('cs', [part(http('PATCH Orders(45)', CLOSED))])}`),
    ],
    [
      'a set with the boundary of the batch',
      400,
      batch(
        `Content-Type: multipart/mixed;boundary=b\r\n\r\n${wrap('b', [part(http('PATCH Orders(45)', CLOSED))])}`,
      ),
    ],
    [
      'line ends of Unix',
      400,
      raw(wrap('b', [part(http('PATCH Orders(45)', CLOSED))]).replaceAll('\r\n', '\n')),
    ],
    [
      'line ends of Unix in a part',
      400,
      batch(part(http('PATCH Orders(45)', CLOSED).replaceAll('\r\n', '\n'))),
    ],
    [
      'a line end of Unix before a boundary',
      400,
      raw(wrap('b', [part(http('PATCH Orders(46)', NOTE))]).replace('\r\n--b--', '\n--b--')),
    ],
    [
      'something before the first boundary',
      400,
      raw(`x\r\n${wrap('b', [part(http('PATCH Orders(45)', CLOSED))])}`),
    ],
    [
      'a request before the first boundary',
      400,
      raw(`${http('PATCH Orders(45)', CLOSED)}\r\n${wrap('b', [part(http('PATCH Orders(46)', NOTE))])}`),
    ],
    [
      'a request behind the last boundary',
      400,
      raw(
        `${wrap('b', [part(http('PATCH Orders(46)', NOTE))])}${wrap('b', [part(http('PATCH Orders(45)', CLOSED))])}`,
      ),
    ],
    [
      'a request behind the end of a set',
      400,
      batch(`${set(part(http('PATCH Orders(46)', NOTE)))}${http('PATCH Orders(45)', CLOSED)}`),
    ],
    [
      'a request behind the group of UI5',
      400,
      raw(
        `${wrap('b', [part(http('PATCH Orders(46)', NOTE))])}Group ID: x\r\n${wrap('b', [part(http('PATCH Orders(45)', CLOSED))])}`,
      ),
    ],
    [
      'blanks behind a boundary',
      400,
      raw(wrap('b', [part(http('PATCH Orders(45)', CLOSED))]).replace('--b\r\n', '--b \r\n')),
    ],
    ['no last boundary', 400, raw(`--b\r\n${part(http('PATCH Orders(45)', CLOSED))}\r\n`)],
    ['no part', 400, raw('--b--\r\n')],
    ['nothing', 400, { line: 'POST /odata/$batch', headers: [TYPE] }],
    ['another boundary than its own', 400, raw(wrap('c', [part(http('PATCH Orders(45)', CLOSED))]))],
    ['two boundaries', 403, raw(wrap('b', [part(http('PATCH Orders(45)', CLOSED))]), `${TYPE}; boundary=c`)],
    [
      'no boundary',
      415,
      raw(wrap('b', [part(http('PATCH Orders(45)', CLOSED))]), 'Content-Type: multipart/mixed'),
    ],
    [
      'a batch that is called a form',
      403,
      raw(
        wrap('b', [part(http('PATCH Orders(45)', CLOSED))]),
        'Content-Type: multipart/form-data; boundary=b',
      ),
    ],
    [
      'a batch that is called related',
      403,
      raw(wrap('b', [part(http('PATCH Orders(45)', CLOSED))]), 'Content-Type: multipart/related; boundary=b'),
    ],
    [
      'more values than a document may hold, in several',
      400,
      batch(
        ...Array.from({ length: 12 }, (_, index) =>
          part(http(`PATCH Orders(${100 + index})`, `{"Tags":[${'1,'.repeat(999)}1]}`)),
        ),
      ),
    ],
    ['headers without end', 400, one('PATCH Orders(46)', NOTE, [`Accept: ${'a'.repeat(17_000)}`])],
    [
      'a batch at a record',
      400,
      { ...batch(part(http('PATCH Orders(45)', CLOSED))), line: 'PATCH /odata/Orders(45)' },
    ],
    [
      'a batch at a set',
      400,
      { ...batch(part(http('PATCH Orders(45)', CLOSED))), line: 'POST /odata/Orders' },
    ],
  ],
  honest: [
    [
      'a batch of reads and a save',
      batch(
        part(http('GET Orders?$filter=Status%20eq%20%27Open%27', '', ['Accept: application/json'])),
        set(part(http('PATCH Orders(45)', NOTE, ['If-Match: *']), ['Content-ID: 0.0'])),
      ),
      '/odata/$batch',
    ],
    [
      'a batch as UI5 ends it',
      raw(`${wrap('b', [part(http('PATCH Orders(45)', NOTE))])}Group ID: $auto`),
      '/odata/$batch',
    ],
    [
      'a batch as UI5 ends it by its API',
      raw(`${wrap('b', [part(http('PATCH Orders(45)', NOTE))])}Group ID (API): my group`),
      '/odata/$batch',
    ],
    [
      'a batch as datajs begins it',
      raw(
        `\r\n${wrap('b', [set(part(http('POST Orders', '{"Subject":"new"}')), part(http('DELETE Orders(46)')))], '')}`,
      ),
      '/odata/$batch',
    ],
    [
      'a batch with msgtype and lengths',
      batch(
        `Content-Type: application/http; msgtype=request\r\nContent-Transfer-Encoding: binary\r\nContent-ID: 1\r\n\r\n${http('PATCH Orders(45)', NOTE, ['Host: crm.example', `Content-Length: ${NOTE.length}`])}`,
      ),
      '/odata/$batch',
    ],
    [
      'a batch as .NET writes it for Dataverse',
      raw(
        wrap('batch_1', [
          `Content-Type: multipart/mixed; boundary="changeset_1"\r\n\r\n${wrap('changeset_1', [
            [
              'Content-Type: application/http',
              'Content-Transfer-Encoding: binary',
              'Content-ID: 1',
              '',
              'PATCH /odata/Orders(45) HTTP/1.1',
              'Host: org.crm.example',
              'Content-Type: application/json; type=entry; charset=utf-8',
              'If-Match: *',
              '',
              NOTE,
            ].join('\r\n'),
          ])}`,
        ]),
        'Content-Type: multipart/mixed; boundary="batch_1"',
      ),
      '/odata/$batch',
    ],
    ...[1, 2, 3].map(
      (count) =>
        [
          `a read with ${count} more line ends behind it`,
          batch(part(http('GET Orders', '', ['Accept: application/json'], '\r\n'.repeat(count)))),
          '/odata/$batch',
        ] as const,
    ),
    ['a delete without a header', batch(part('DELETE Orders(46) HTTP/1.1\r\n\r\n')), '/odata/$batch'],
    ['a delete without an empty line', batch(part('DELETE Orders(46) HTTP/1.1')), '/odata/$batch'],
    [
      'a read of what an earlier read found',
      batch(part(http('GET Orders(45)'), ['Content-ID: 1']), part(http('GET $1/Customer'))),
      '/odata/$batch',
    ],
  ],
});

describe('a batch of multipart', () => {
  let crm: OData;
  let gateway: TestGateway;
  let url = '';
  beforeAll(async () => {
    crm = await startOData(RECORDS);
    gateway = createTestGateway({ upstream: { url: crm.url }, modules: MODULES, rules: RULES });
    url = (await gateway.listen()).url;
  });
  afterAll(async () => {
    await gateway.close();
    await crm.close();
  });
  const send = async ({ body }: Knock, headers: Record<string, string> = {}) => {
    const type = TYPE.replace('Content-Type: ', '');
    const answer = await fetch(`${url}/odata/$batch`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: 'Bearer rep', ...headers },
      body: body ?? '',
    });
    return {
      status: answer.status,
      code: answer.headers.get('otprules-code'),
      text: await answer.text(),
      type: answer.headers.get('content-type'),
    };
  };
  const statusOf = (id: number) => crm.records.get(`Orders/${id}`)?.['Status'];

  it('is refused in the form of OData, saves with the codes of its calls, and is answered as the CRM answers', async () => {
    const both = (ann: string, bob: string) =>
      batch(
        part(http('GET Orders')),
        set(
          part(http('PATCH Orders(45)', `{"Status":"Closed"${ann}}`), ['Content-ID: 0.0']),
          part(http('PATCH Orders(46)', CLOSED, bob === '' ? [] : [`OTPRULES-OTP-7: ${bob}`]), [
            'Content-ID: 1.0',
          ]),
        ),
      );
    const refused = await send(both('', ''));
    expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([428, 'OTP_REQUIRED']);
    expect(JSON.parse(refused.text).error.rules).toMatchObject([{ record: '45' }, { record: '46' }]);
    const [ann, bob] = ['ann@example.com', 'bob@example.com'].map((to) => gateway.lastCode(to) ?? '');
    const saved = await send(both(`,"OTPRULES_OTP_7":"${ann}"`, bob ?? ''));
    expect([saved.status, saved.code, statusOf(45), statusOf(46)]).toEqual([200, 'used', 'Closed', 'Closed']);
    expect(saved.type).toMatch(/^multipart\/mixed/);
    expect(crm.received.map(({ body, headers }) => `${body}${headers}`).join()).not.toMatch(/otprules/i);
  });

  it('is sent on in bytes of our own, in which the most lenient reader finds what was judged and nothing else', async () => {
    const evil = [
      '\r\n--b\r\nContent-Type: application/http\r\n\r\nPATCH Orders(45) HTTP/1.1\r\n\r\n{"Status":"Closed"}',
      '\u2028--b\u2028Content-Type: application/http\u2028\u2028PATCH Orders(45) HTTP/1.1\u2028\u2028{"Status":"Closed"}',
      '\u2029PATCH Orders(45) HTTP/1.1\u2029\u2029{"Status":"Closed"}',
      '\u0085PATCH Orders(45) HTTP/1.1',
      'Ä "quoted" \\ back',
    ];
    for (const text of evil) {
      const since = crm.received.length;
      const { status } = await send(
        batch(
          set(
            part(http('PATCH Orders(46)', JSON.stringify({ Subject: text }), ['If-Match: *']), [
              'Content-ID: 7',
            ]),
          ),
        ),
      );
      const [sent] = crm.received.slice(since).filter(({ method }) => method === 'POST');
      expect(status).toBe(200);
      const calls = lenientCallsIn(String(sent?.body));
      expect(calls.map(({ id, method, url: at, headers }) => [id, method, at, headers['if-match']])).toEqual([
        ['7', 'PATCH', 'Orders(46)', '*'],
      ]);
      expect(JSON.parse(calls[0]?.body ?? '')).toEqual({ Subject: text });
      expect(String(sent?.body)).toMatch(/^[\x20-\x7e\r\n]*$/);
      const type = sent?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
      expect(type).toMatch(/^multipart\/mixed; boundary=batch_[0-9a-f]{32}$/);
    }
  });

  it('is read no further than a document may be large', async () => {
    const body = `{"Tags":[${'1,'.repeat(999)}1]}`;
    const parts = Array.from({ length: 12 }, (_, index) => part(http(`PATCH Orders(${100 + index})`, body)));
    expect((await send(batch(...parts))).text).toContain('it holds more than 10000 values');
    expect((await send(batch(set(...parts)))).text).toContain('it holds more than 10000 values');
  });

  it('has 1,000 requests at most, in sets or not', async () => {
    const reads = (count: number) => Array.from({ length: count }, () => part(http('GET Orders')));
    expect((await send(batch(...reads(1001)))).text).toContain('it has more than 1000 parts');
    expect((await send(batch(set(...reads(600)), set(...reads(600))))).text).toContain(
      'it has more than 1000 requests',
    );
    expect((await send(batch(...reads(1000)))).status).toBe(200);
  });

  it('is sent on with the sets that it came with, one beside the other', async () => {
    const note = (id: number) => part(http(`PATCH Orders(${id})`, NOTE));
    const since = crm.received.length;
    await send(batch(set(note(45), note(46)), part(http('GET Orders')), set(note(101)), set(note(102))));
    const [sent] = crm.received.slice(since).filter(({ method }) => method === 'POST');
    const lines = String(sent?.body).match(/^--.*|^Content-Type: multipart.*|^[A-Z]+ \S+(?= HTTP)/gm) ?? [];
    expect(lines.map((line) => line.replace(/_[0-9a-f]{32}/, ''))).toEqual([
      '--batch',
      'Content-Type: multipart/mixed; boundary=changeset_1',
      ...['--changeset_1', 'PATCH Orders(45)', '--changeset_1', 'PATCH Orders(46)', '--changeset_1--'],
      ...['--batch', 'GET Orders', '--batch'],
      'Content-Type: multipart/mixed; boundary=changeset_2',
      ...['--changeset_2', 'PATCH Orders(101)', '--changeset_2--', '--batch'],
      'Content-Type: multipart/mixed; boundary=changeset_3',
      ...['--changeset_3', 'PATCH Orders(102)', '--changeset_3--', '--batch--'],
    ]);
  });

  it('has no more different names than a document may have', async () => {
    const named = (from: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 700 }, (_, nth) => [`Field${from + nth}`, 1])));
    const parts = (step: number) =>
      Array.from({ length: 3 }, (_, nth) => part(http(`PATCH Orders(${100 + nth})`, named(nth * step))));
    expect((await send(batch(...parts(700)))).text).toContain('it has more than 2000 different names');
    expect((await send(batch(set(...parts(700))))).text).toContain('it has more than 2000 different names');
    expect((await send(batch(...parts(0)))).text).not.toContain('different names');
  });

  it('keeps its code where each call failed, and holds it where one of several did', async () => {
    const own = batch(part(http('PATCH Orders(45)', '{"Status":"Closed","Subject":"again"}')));
    crm.records.set('Orders/45', { ...RECORDS['Orders/45'] });
    await send(own);
    const answer = (...statuses: readonly number[]) => {
      const parts = statuses.map(
        (status) => `--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ${status} x\r\n\r\n\r\n`,
      );
      crm.answerWith((received, response, proceed) =>
        received.method === 'GET'
          ? proceed()
          : response
              .writeHead(200, { 'content-type': 'multipart/mixed; boundary=r' })
              .end(`${parts.join('')}--r--`),
      );
    };
    const code = gateway.lastCode('ann@example.com') ?? '';
    answer(412);
    expect((await send(own, { 'otprules-otp-7': code })).code).toBe('kept');
    answer(200, 400);
    expect((await send(own, { 'otprules-otp-7': code })).code).toBe('held');
    crm.answerWith();
  });
});
