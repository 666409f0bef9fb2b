import fc from 'fast-check';
import { type Draft, draftOf } from './draft.ts';
import { filler, name, word } from './words.ts';

/** Percent-encoding of what has to be, and of what the coins say. */
function encoded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.infiniteStream(fc.boolean()), fc.boolean()).map(([plain, coins, much]) =>
    Array.from(Buffer.from(plain), (byte) => {
      const letter = String.fromCharCode(byte);
      const keep = /[\w.[\]-]/.test(letter) && !(much && coins.next().value === true);
      return keep ? letter : letter === ' ' && !much ? '+' : `%${byte.toString(16).padStart(2, '0')}`;
    }).join(''),
  );
}

/** Names that no encoder writes and some decoder reads. */
const strange = fc.constantFrom(
  '+status',
  '%20status',
  'status%00x',
  'status\0',
  '%u0073tatus',
  'sta%FFtus',
  '%C1%B3tatus',
  '%E0%81%B3tatus',
  '%2573tatus',
  'status%',
  'status[',
  'status[a]b',
  'data[status]',
  'data[fields][status][]',
  'a]b[status]',
  'x.status',
  'sta%C2%ADtus',
  '%EF%BB%BFstatus',
);

const pair = fc
  .tuple(fc.oneof({ arbitrary: encoded(name), weight: 2 }, strange), encoded(word))
  .map(([key, text]) => `${key}=${text}`);
const other = fc.oneof(
  encoded(filler.map(([key]) => key)).map((key) => `${key}=x`),
  fc.constantFrom(
    'status=Created',
    'Status=Created',
    'id=45',
    'id=045',
    '',
    'a=1;b=2',
    '_charset_=utf-8',
    '_charset_=utf-7',
    'notes=J%FCrgen',
    '=x',
  ),
);
const separator = fc.constantFrom('&', '&', '&', ';', '&&', '\r\n');

/** The text of a form whose status is Delivered to somebody. */
export const formText: fc.Arbitrary<string> = fc
  .tuple(fc.array(other, { maxLength: 3 }), pair, fc.array(other, { maxLength: 3 }), separator)
  .map(([before, guarded, after, mark]) => [...before, guarded, ...after].join(mark));

/** Saves of a delivered note as a form. */
export const formSaves: fc.Arbitrary<Draft> = fc
  .tuple(formText, fc.constantFrom('POST', 'PUT', 'PATCH'))
  .map(([text, method]) => draftOf('application/x-www-form-urlencoded', Buffer.from(text, 'latin1'), method));
