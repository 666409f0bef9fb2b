import fc from 'fast-check';
import { type Draft, draftOf } from './draft.ts';
import { filler, name, oddValue, word } from './words.ts';

/** A JSON text with some characters as `\u` escapes. */
function quoted(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.infiniteStream(fc.boolean()), fc.boolean()).map(([plain, coins, escapes]) => {
    const inside = Array.from(JSON.stringify(plain).slice(1, -1), (letter) => {
      const toss = escapes && coins.next().value === true && letter !== '\\' && /^[a-zA-Z ]$/.test(letter);
      return toss ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter;
    });
    // Only a text without escapes of its own may have some letters escaped.
    return plain.includes('\\') || JSON.stringify(plain).includes('\\')
      ? JSON.stringify(plain)
      : `"${inside.join('')}"`;
  });
}

const blank = fc.constantFrom('', '', ' ', '\n', '\t', '\r\n  ');
const value = fc.oneof({ arbitrary: quoted(word), weight: 4 }, oddValue);
const member = fc
  .tuple(quoted(name), value, blank)
  .map(([key, text, gap]) => `${gap}${key}${gap}:${gap}${text}${gap}`);
const harmless = fc.oneof(
  filler.map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`),
  fc.constantFrom('"id":"45"', '"id":45', '"ID":"045"', '"lines":[{"status":1}]'),
  quoted(name).map((key) => `${key}:"Created"`),
);

const object = fc
  .tuple(fc.array(harmless, { maxLength: 2 }), member, fc.array(harmless, { maxLength: 2 }))
  .map(([before, guarded, after]) => `{${[...before, guarded, ...after].join(',')}}`);

/** A save inside of something. */
const wrapped = fc.oneof(
  fc
    .tuple(fc.constantFrom('data', 'update', 'fields', 'element', 'DeliveryNote', 'attributes'), object)
    .map(([key, text]) => `{"notes":"x","${key}":${text}}`),
  object.map((text) => `{"data":{"attributes":{"x":[${text}]}}}`),
  object.map((text) => `[${text}]`),
  fc.tuple(quoted(name), quoted(word)).map(([key, text]) => `{"fields":[{"name":${key},"value":${text}}]}`),
  object.map((text) => `{"records":[{"id":"45"},${text}]}`),
  object.map((text) => JSON.stringify(text)),
);

/** Grammar that only forgiving parsers read. */
const bent = fc.oneof(
  fc.constantFrom(
    "{'status':'Delivered'}",
    '{status:"Delivered"}',
    '{status:Delivered}',
    '{"status"="Delivered"}',
    '{"status"=>"Delivered"}',
    '{"notes":"x";"status":"Delivered"}',
    '{"notes":"x",/*"*/"status":"Delivered"}',
    '{"notes":"x",//\n"status":"Delivered"}',
    '{"notes":"x",#"\n"status":"Delivered"}',
    '{"weight":01,"status":"Delivered"}',
    '{"weight":0x1,"status":"Delivered"}',
    '{"weight":NaN,"status":"Delivered"}',
    '{"weight":.5,"status":"Delivered"}',
    '{"weight":+1,"status":"Delivered"}',
    '{"weight":1.,"status":"Delivered"}',
    '{"status":"Delivered"',
    '{"status":"Delivered',
    '{"status":"Delivered",}',
    '{,"status":"Delivered"}',
    '{"a":"\u0001","status":"Delivered"}',
    '{"a":"\\x41","status":"Delivered"}',
    '{"status":"Delivered"}]',
    '{"status":"Delivered"}{"status":"Created"}',
    '{"status":"Delivered"}\0',
    '{"status":"Delivered"}#x',
    '\0{"status":"Delivered"}',
    ')]}\'\n{"status":"Delivered"}',
    '{"sta\\udc00\\ud800tus":"Delivered"}',
    '{"__proto__":{"status":"Delivered"}}',
    '{"constructor":{"prototype":{"status":"Delivered"}}}',
  ),
  fc
    .integer({ min: 60, max: 700 })
    .map((depth) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"status":"Delivered"}`),
);

/** Bytes that say the text in an encoding that some parser finds out by itself. */
const encoders: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff\ufeff${text}`),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.concat(Array.from(text, (letter) => Buffer.from([0, 0, 0, letter.charCodeAt(0) & 255]))),
  (text) => Buffer.concat(Array.from(text, (letter) => Buffer.from([letter.charCodeAt(0) & 255, 0, 0, 0]))),
  (text) => Buffer.from(text.replace('status', 'stat\xffus'), 'latin1'),
  (text) => Buffer.from(text.replace('status', '\xc1\xb3tatus'), 'latin1'),
  (text) => Buffer.from(text.replace('Del', 'D\xc1\xa5l'), 'latin1'),
];

const document = fc.oneof({ arbitrary: object, weight: 3 }, { arbitrary: wrapped, weight: 2 }, bent);
const bytes = fc
  .tuple(document, fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, fc.nat(encoders.length - 1)))
  .map(([text, at]) => (encoders[at] ?? Buffer.from)(text));

/** Saves of a delivered note in JSON, in every spelling that somebody reads. */
export const jsonSaves: fc.Arbitrary<Draft> = fc
  .tuple(bytes, fc.constantFrom('PUT', 'PATCH', 'POST'))
  .map(([body, method]) => draftOf('application/json', body, method));
