import { describe, expect, it } from 'vitest';
import { isJsonType, mediaTypeReader, readMediaType } from '../../src/core/wire/media-type.ts';

describe('a Content-Type is read where all servers read it alike', () => {
  it.each([
    ['application/json', { essence: 'application/json', charset: undefined, boundary: undefined }],
    ['Application/JSON', { essence: 'application/json' }],
    ['application/json; charset="UTF-8"', { essence: 'application/json', charset: 'utf-8' }],
    ['application/json;charset=utf-8', { charset: 'utf-8' }],
    ['application/json;', { essence: 'application/json' }],
    [' application/json ; ', { essence: 'application/json' }],
    ['multipart/form-data; boundary=----WebKitFormBoundary7MA4', { boundary: '----WebKitFormBoundary7MA4' }],
    ['multipart/form-data; boundary="a b=c"', { boundary: 'a b=c' }],
    ['multipart/form-data; charset=utf-8; boundary=x', { charset: 'utf-8', boundary: 'x' }],
  ])('%s', (text, type) => {
    expect(readMediaType(text)).toMatchObject(type);
  });
});

describe('and is none elsewhere', () => {
  it.each([
    '',
    'json',
    'application/json, text/plain',
    'application/x-www-form-urlencoded XXX',
    'application/x-www-form-urlencoded,XXX',
    'application/json; charset=utf-8; charset=utf-16',
    'multipart/form-data; xboundary=A; boundary=B',
    'multipart/form-data; boundary=A; boundary=B',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="a "',
    'multipart/form-data; boundary="a\\"b"',
    "multipart/form-data; boundary*=utf-8''x",
    `multipart/form-data; boundary=${'x'.repeat(71)}`,
    'multipart/form-data; boundary=a,b',
    'application/json; q',
    'application/json; profile=x',
    'application/json charset=utf-8',
  ])('%j', (text) => {
    expect(readMediaType(text)).toBeUndefined();
  });
});

describe('parameters that a server knows are read, and sent on', () => {
  const read = mediaTypeReader(['ieee754compatible', 'odata.metadata']);
  it.each([
    ['application/json;IEEE754Compatible=true', ';IEEE754Compatible=true'],
    ['application/json; odata.metadata=minimal; charset=UTF-8', ';odata.metadata=minimal'],
    ['application/json;charset=utf-8', ''],
  ])('%s', (text, manner) => expect(read(text)).toMatchObject({ essence: 'application/json', manner }));

  it.each([
    'application/json;ieee754compatible=true;IEEE754Compatible=false',
    'application/json;odata.metadata=a,text/plain',
    'application/json;odata.metadata="a b"',
    'application/json;profile=x',
    'application/x-www-form-urlencoded;odata.metadata=minimal',
  ])('but %s is none', (text) => expect(read(text)).toBeUndefined());
});

describe('JSON is what is called so', () => {
  it.each([
    'application/json',
    'application/vnd.api+json',
    'application/merge-patch+json',
    'application/hal+json',
  ])('%s', (essence) => expect(isJsonType(essence)).toBe(true));

  it.each([
    'application/json-patch+json',
    'application/json-seq',
    'application/x+stream+json',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded+json',
    'application/multipart+json',
  ])('but not %s', (essence) => expect(isJsonType(essence)).toBe(false));
});
