import type { TestOptions } from '../../src/testing.ts';

/** Modules of two dialects, one of which has a rule about reads, and an open folder. */
export const MODULES: Partial<TestOptions> = {
  modules: {
    DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
    Payslips: { dialect: 'rest', path: '/api/Payslips' },
    Leads: { dialect: 'vtiger-webservice', path: '/webservice.php', idPrefix: '10' },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery Confirmation OTP',
      module: 'DeliveryNotes',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
    {
      id: 8,
      name: 'Payslips',
      module: 'Payslips',
      on: ['read'],
      when: true,
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ] as TestOptions['rules'],
  passthrough: ['/files/**'],
};

/** A request on one connection: its first line, its headers, its body. */
export type Request = [line: string, headers?: readonly string[], body?: string];

/** Reads and what is opened, written as people and programs write them. */
export const STRAIGHT: readonly Request[] = [
  ['GET /'],
  ['GET /api/DeliveryNotes/45'],
  ['HEAD /api/DeliveryNotes/45'],
  ['GET /api/DeliveryNotes?page=2&filter[status]=Open&q=caf%C3%A9%20noir'],
  ['GET /api/Contacts/8/notes/', ['Authorization: Bearer abc', 'Accept: application/json', 'X-Tenant: acme']],
  ['GET /assets/app.min.js', ['If-None-Match: "a"', 'Range: bytes=0-10', 'Cookie: session=1']],
  ['GET /webservice.php?operation=retrieve&sessionName=ab12&id=10x4'],
  ['POST /files/a', ['Content-Type: application/octet-stream'], '\u0000\u0001{"status":"Delivered"}'],
  ['DELETE /files/a/b.txt'],
];

/** What any gateway has to see, each with what makes it so. */
export const LOOKED_AT: readonly Request[] = [
  ['PUT /api/DeliveryNotes/45', ['Content-Type: application/json'], '{"note":"x"}'],
  ['POST /api/Other/5', ['Content-Type: application/json'], '{}'],
  ['GET /_countersign/rules'],
  ['GET /_CounterSign/rules'],
  ['GET /api/deliverynotes/45'],
  ['GET /api/DeliveryNotes/45', ['X-HTTP-Method-Override: PUT']],
  ['GET /api/DeliveryNotes/45', ['x-http-method: DELETE']],
  ['GET /api/DeliveryNotes/45', ['X-Original-URL: /x']],
  ['GET /api/DeliveryNotes/45?_method=PUT'],
  ['GET /api/DeliveryNotes/45?a=1&_Method=PUT'],
  ['GET /api/DeliveryNotes/45?%5fmethod=PUT'],
  [
    'GET /api/DeliveryNotes/45',
    ['Content-Type: application/json', 'Content-Length: 22'],
    '{"status":"Delivered"}',
  ],
  ['GET /api/DeliveryNotes/45', ['Transfer-Encoding: chunked'], '16\r\n{"status":"Delivered"}\r\n0\r\n\r\n'],
  ['GET /graphql?query=mutation{deliver}'],
  ['GET /graphql?query=%7Bmutation%7D'],
  ['GET /api//DeliveryNotes/45'],
  ['GET /api/x/../DeliveryNotes/45'],
  ['GET /api/%44eliveryNotes/45'],
  ['GET /api/DeliveryNotes;a/45'],
  ['GET /api/Payslips/3'],
  ['GET /api/payslips.json'],
  ['GET /webservice.php?operation=update&sessionName=a&element=x'],
  ['GET /webservice.php?operation=retrieve&operation=update&id=10x4'],
  ['GET /webservice.php?operation=retrieve&Operation=update&id=10x4'],
  ['GET /webservice.php?operation=retrieve&id=10x4', ['Cookie: operation=revise']],
  ['GET /webservice.php'],
  ['get /api/DeliveryNotes/45'],
  ['MERGE /files/a', ['Content-Type: text/plain'], 'x'],
  ['POST /files/../api/DeliveryNotes/45', ['Content-Type: application/json'], '{"status":"Delivered"}'],
  ['POST /files/a', ['X-Rewrite-URL: /api/DeliveryNotes/45'], '{"status":"Delivered"}'],
  ['GET /api/Contacts/1', ['Upgrade: websocket', 'Connection: Upgrade']],
];
