import fc from 'fast-check';
import { type Draft, draftOf, NOTE } from './draft.ts';
import type { Change } from './envelope.ts';
import { formText } from './form.ts';
import { word } from './words.ts';

/** Paths that some server takes to record 45. */
export const pathChanges: fc.Arbitrary<Change> = fc
  .constantFrom(
    '/api/DeliveryNotes/45/',
    '/api//DeliveryNotes/45',
    '//api/DeliveryNotes/45',
    '/api/./DeliveryNotes/45',
    '/api/Contacts/../DeliveryNotes/45',
    '/api/Contacts/..;/DeliveryNotes/45',
    '/api/Contacts/%2e%2e/DeliveryNotes/45',
    '/api/Contacts/..%2fDeliveryNotes/45',
    '/api/Contacts/%252e%252e/DeliveryNotes/45',
    '/api/Contacts/..%5cDeliveryNotes/45',
    '/api/Contacts/%c0%ae%c0%ae/DeliveryNotes/45',
    '/api/DELIVERYNOTES/45',
    '/api/deliverynotes/45',
    '/api/Delivery%4eotes/45',
    '/api/Delivery%254eotes/45',
    '/api/Delivery%25254eotes/45',
    '/api/Delivery%u004eotes/45',
    '/api/DeliveryNotes;v=1/45',
    '/api/DeliveryNotes/45;v=1',
    '/api/DeliveryNotes/045',
    '/api/DeliveryNotes/45.0',
    '/api/DeliveryNotes/45.json',
    '/api/DeliveryNotes/45%00',
    '/api/DeliveryNotes/45%20',
    '/api/DeliveryNotes/%2045',
    '/api/DeliveryNotes/%34%35',
    '/api/DeliveryNotes/+45',
    '/api/DeliveryNotes/45abc',
    '/api/DeliveryNotes/４５',
    '/api/DeliveryNotes/45/status',
    '/api/DeliveryNotes/bulk',
    '/api/DeliveryNotes',
    '/api/DeliveryNotes#/45',
    '/api/DeliveryNotes?/45',
    'http://crm.test/api/DeliveryNotes/45',
    'http://other.test/api/DeliveryNotes/45',
    '\\api\\DeliveryNotes\\45',
    '/api\\DeliveryNotes\\45',
    '/API/DeliveryNotes/45',
    '/api/Contacts/5',
    '/api/Other/5',
  )
  .map((path) => (draft) => ({ ...draft, path }));

/** Methods, and what overrides them. */
export const methodChanges: fc.Arbitrary<Change> = fc.oneof(
  fc
    .constantFrom(
      'GET',
      'HEAD',
      'OPTIONS',
      'DELETE',
      'PUT',
      'PATCH',
      'POST',
      'MERGE',
      'LOCK',
      'PROPPATCH',
      'QUERY',
      'put',
      'TRACE',
    )
    .map(
      (method): Change =>
        (draft) => ({ ...draft, method }),
    ),
  fc
    .tuple(
      fc.constantFrom('GET', 'POST', 'HEAD', 'PATCH'),
      fc.array(
        fc.constantFrom(
          'X-HTTP-Method-Override: PUT',
          'X-HTTP-Method-Override: GET',
          'X-Http-Method: PATCH',
          'X-Method-Override: DELETE',
          'X_HTTP_Method_Override: PUT',
          'X.HTTP.Method.Override: PUT',
          'X!HTTP!Method!Override: PUT',
          '_method: PUT',
        ),
        { minLength: 1, maxLength: 2 },
      ),
    )
    .map(
      ([method, lines]): Change =>
        (draft) => ({ ...draft, method, headers: [...draft.headers, ...lines] }),
    ),
  fc
    .tuple(
      fc.constantFrom('GET', 'HEAD', 'POST'),
      fc.constantFrom('_method=PUT', '_METHOD=PUT', '_HttpMethod=PATCH', '%5fmethod=PUT', '_method%00=PUT'),
    )
    .map(
      ([method, name]): Change =>
        (draft) => ({ ...draft, method, query: `?${name}&status=Delivered` }),
    ),
);

/** Queries that servers merge into the fields. */
export const queryChanges: fc.Arbitrary<Change> = fc.oneof(
  formText
    .filter((text) => !/[\s\0]/.test(text))
    .map(
      (text): Change =>
        (draft) => ({ ...draft, query: `?${text}` }),
    ),
  word.map(
    (text): Change =>
      (draft) => ({ ...draft, query: `?a=1&status=${encodeURIComponent(text)}` }),
  ),
);

/** Headers that stand twice, are folded, or are another's to set. */
export const headerChanges: fc.Arbitrary<Change> = fc
  .constantFrom<readonly string[]>(
    [`X-Rewrite-URL: ${NOTE}`],
    [`X_Original_URL: ${NOTE}`],
    [`X.Original.URL: ${NOTE}`],
    ['Host: other.test'],
    ['X-Forwarded-Host: other.test'],
    ['X-Note: a\r\n folded'],
    ['Connection: close, content-type, content-length, host'],
    ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
    ['Upgrade: websocket', 'Connection: upgrade'],
    ['Expect: 100-continue'],
    ['Expect: 200-ok'],
    ['Trailer: OTPRULES-OTP-7'],
    ['TE: trailers'],
    ['Range: bytes=0-1'],
    ['If-None-Match: *'],
    ['Cookie: status=Delivered; _method=PUT'],
  )
  .map((lines) => (draft) => ({ ...draft, headers: [...draft.headers, ...lines] }));

/** Codes, none of which is right. */
export const codeChanges: fc.Arbitrary<Change> = fc
  .tuple(
    fc.constantFrom(
      'OTPRULES-OTP-7',
      'otprules_otp_DeliveryConfirmationOTP',
      'OTPRULES-OTP',
      'OTPRULES-OTP-8',
      'OTPRULES-Grant',
    ),
    fc.constantFrom(
      '',
      '7',
      '0x1',
      'true',
      'null',
      '000000,111111',
      '7=',
      '7=12',
      '7/44=123456',
      '8=123456',
      '*',
      'undefined',
      '[]',
    ),
    fc.constantFrom('header', 'twice', 'cookie', 'query', 'trailer', 'body'),
  )
  .map(
    ([name, code, place]) =>
      (draft) =>
        placed(draft, name, code, place),
  );

function placed(draft: Draft, name: string, code: string, place: string): Draft {
  const line = `${name}: ${code}`;
  if (place === 'query') return { ...draft, query: `?${name}=${encodeURIComponent(code)}` };
  if (place === 'body')
    return draftOf('application/json', JSON.stringify({ status: 'Delivered', [name]: code }));
  const lines =
    {
      header: [line],
      twice: [line, line],
      cookie: [`Cookie: ${name}=${code}`],
      trailer: [`Trailer: ${name}`],
    }[place] ?? [];
  return {
    ...draft,
    headers: [...draft.headers, ...lines],
    framing: place === 'trailer' ? 'chunked' : draft.framing,
  };
}
