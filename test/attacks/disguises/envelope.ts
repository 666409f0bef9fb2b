import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Draft } from './draft.ts';

/** What is done to a save on top of what it is. */
export type Change = (draft: Draft) => Draft;

const typed =
  (contentType: string | undefined): Change =>
  (draft) => ({ ...draft, contentType });
const withHeader =
  (...lines: readonly string[]): Change =>
  (draft) => ({ ...draft, headers: [...draft.headers, ...lines] });
const coded =
  (name: string, encode: (body: Buffer) => Buffer): Change =>
  (draft) => ({
    ...withHeader(`Content-Encoding: ${name}`)(draft),
    body: encode(draft.body),
  });

/** Content types that lie, stand twice, or are spelled so that servers differ. */
export const typeChanges: fc.Arbitrary<Change> = fc.oneof(
  fc
    .constantFrom(
      undefined,
      '',
      'text/plain',
      'text/json',
      'application/octet-stream',
      'application/json, text/plain',
      'application/json;',
      'application/json; charset=utf-16',
      'application/json; charset=utf-7',
      'application/json; charset=utf-8; charset=utf-16',
      'application/json XXX',
      'application/x-www-form-urlencoded XXX',
      'application/x-www-form-urlencoded,XXX',
      'application/x-www-form-urlencoded; charset=utf-16',
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/vnd.api+json',
      'application/xml',
      'application/graphql',
      'application/x-ndjson',
      'multipart/form-data',
      '*/*',
      'application/x-www-form-urlencoded; charset=ibm037',
      'application/x-json',
    )
    .map(typed),
  fc.constantFrom(
    withHeader('Content-Type: text/plain'),
    withHeader('Content_Type: text/plain'),
    withHeader('Content.Type: text/plain'),
  ),
  fc.constant<Change>((draft) =>
    withHeader(`Content_Type: ${draft.contentType}`)({ ...draft, contentType: undefined }),
  ),
  fc.constant<Change>((draft) =>
    withHeader(`content-type : ${draft.contentType}`)({ ...draft, contentType: undefined }),
  ),
);

/** Compressions: right, twice, lying, unknown. */
export const codingChanges: fc.Arbitrary<Change> = fc.constantFrom(
  coded('gzip', gzipSync),
  coded('GZIP', gzipSync),
  coded('x-gzip', gzipSync),
  coded('deflate', deflateSync),
  coded('deflate', deflateRawSync),
  coded('br', brotliCompressSync),
  coded('gzip, gzip', (body) => gzipSync(gzipSync(body))),
  coded('gzip', (body) => gzipSync(gzipSync(body))),
  coded('gzip', (body) => body),
  coded('identity', (body) => body),
  coded('identity', gzipSync),
  coded('br', gzipSync),
  coded('gzip', (body) => Buffer.concat([gzipSync('{"notes":"x"}'), gzipSync(body)])),
  coded('gzip', (body) => Buffer.concat([gzipSync(body), Buffer.from('trailing')])),
  coded('gzip', (body) => gzipSync(body).subarray(0, -6)),
  coded('zstd', (body) => body),
  coded('utf-16', (body) => body),
);

/** Framings: chunks, lengths that disagree, spaces where none belong. */
export const framingChanges: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>((draft) => ({ ...draft, framing: 'chunked' })),
  fc
    .constantFrom<readonly string[]>(
      ['Content-Length: 2', 'Transfer-Encoding: chunked'],
      ['Transfer-Encoding: chunked, identity'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 500'],
      ['Content-Length: +7'],
      ['Transfer_Encoding: chunked'],
      [],
    )
    .map(
      (lines): Change =>
        (draft) => ({ ...withHeader(...lines)(draft), framing: 'own' }),
    ),
);
