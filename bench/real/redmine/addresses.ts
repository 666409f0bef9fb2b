import { CLOSED, FORM, ISSUE, JSON_TYPE, MULTIPART, multipart, type Row } from './request.ts';

/** A method in the place of another. */
export const METHODS: readonly Row[] = [
  ['POST', 'POST', ISSUE, CLOSED],
  ['a method in the body', 'POST', ISSUE, { _method: 'put', ...CLOSED }],
  ['a method in a form', 'POST', ISSUE, '_method=put&issue[status_id]=5', FORM],
  [
    'a method in a form with parts',
    'POST',
    ISSUE,
    multipart('name="_method"\r\n\r\nput', 'name="issue[status_id]"\r\n\r\n5'),
    MULTIPART,
  ],
  ['a method in a header', 'POST', ISSUE, CLOSED, { ...JSON_TYPE, 'x-http-method-override': 'PUT' }],
  [
    'a method in a header, on the list',
    'POST',
    '/issues.json',
    { id: 1, ...CLOSED },
    { ...JSON_TYPE, 'x-http-method-override': 'PATCH' },
  ],
  [
    'a method in a header, behind an open path',
    'POST',
    '/time_entries/1.json',
    CLOSED,
    { ...JSON_TYPE, 'x-http-method-override': 'PUT' },
  ],
  ['a method in the address', 'POST', `${ISSUE}?_method=put`, CLOSED],
  ['a method twice', 'POST', ISSUE, '_method=put&_method=patch&issue[status_id]=5', FORM],
  [
    'a method behind an open path',
    'POST',
    '/time_entries/1.json',
    { _method: 'put', issue: { status_id: 5 } },
  ],
  ['a GET with a body', 'PROPFIND', ISSUE, CLOSED],
  ['LINK', 'LINK', ISSUE, CLOSED],
  ['a method in small letters', 'put', ISSUE, CLOSED],
  ['a GET with a method', 'GET', `${ISSUE}?_method=put&issue[status_id]=5`],
];

/** Other addresses of the same issue. */
export const PATHS: readonly Row[] = [
  '/issues/1',
  '/issues/1?format=json',
  '/issues/1.xml',
  '/issues/01.json',
  '/issues/1abc.json',
  '/issues/%31.json',
  '/issues/1%0A.json',
  '/issues/1.JSON',
  '/Issues/1.json',
  '/issues/1.json/',
  '/issues/1/.json',
  '//issues/1.json',
  '/issues//1.json',

  '/time_entries/..%2fissues%2f1.json',
  '/issues/1%2ejson',
  '/issues/1.json%20',
  '/issues/1.json;x',
  '/issues/1.js',
  '/issues/1.api',
  '/issues/1.json?id=2',
  '/issues/2.json?id=1',
  '/projects/1/issues/1.json',
  '/time_entries/1.json?controller=issues&action=update&id=1',
  '/versions/../issues/1',
  '/relations/1.json/',
  '/issues.json?id=1',
  '/issues.json',
  '/issues/1.json?format=html',
  '/issues/1.json?issue_id=1',
  '/issues/1.json#x',
  '/issues/1.json?path=/issues/2.json',
  '/%69ssues/1.json',
  '/index.php/issues/1.json',
  '/issues/%EF%BC%91.json',
].map((path) => [path, 'PUT', path, path.includes('format=xml') ? '' : CLOSED]);

/** Media types under which Rails reads JSON, XML or a form. */
export const TYPES: readonly Row[] = [
  'text/x-json',
  'application/jsonrequest',
  'application/vnd.api+json',
  'text/json',
  'application/json; charset=utf-16',
  'APPLICATION/JSON',
  'application/json, text/plain',
  'text/plain',
  'application/octet-stream',
]
  .map((type): Row => [type, 'PUT', ISSUE, JSON.stringify(CLOSED), { 'content-type': type }])
  .concat(
    ['application/xml', 'text/xml', 'application/x-xml'].map(
      (type): Row => [
        type,
        'PUT',
        ISSUE,
        '<?xml version="1.0"?><issue><status_id>5</status_id></issue>',
        { 'content-type': type },
      ],
    ),
  );
