import { describe, expect, it } from 'vitest';
import { DELIVERED, JSON_TYPE, NOTE, stage } from './stage.ts';

const utf16 = Buffer.from(DELIVERED, 'utf16le');
const bytes = (text: string) => Buffer.from(text, 'latin1');
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const UNREADABLE: readonly (readonly [string, string | Uint8Array])[] = [
  ['nothing', ''],
  ['blanks', '  \r\n'],
  ['UTF-16, little end first', utf16],
  ['UTF-16 with its mark', Buffer.concat([bytes('\xff\xfe'), utf16])],
  ['UTF-16, big end first', Buffer.from(utf16).swap16()],
  ['UTF-32', Buffer.from([...DELIVERED].flatMap((letter) => [0, 0, 0, letter.charCodeAt(0)]))],
  ['two marks', `\ufeff\ufeff${DELIVERED}`],
  ['a mark inside', `{\ufeff"status":"Delivered"}`],
  ['a line comment', '{"status":"Delivered"//,"status":"Created"\n}'],
  ['a block comment', '{/**/"status":"Delivered"}'],
  ['a # comment', '#x\n{"status":"Delivered"}'],
  ['single quotes', "{'status':'Delivered'}"],
  ['a name without quotes', '{status:"Delivered"}'],
  ['=', '{"status"="Delivered"}'],
  ['=>', '{"status"=>"Delivered"}'],
  [';', '{"notes":"x";"status":"Delivered"}'],
  ['a raw newline in a text', '{"notes":"a\nb","status":"Delivered"}'],
  ['a raw NUL in a text', '{"notes":"a\0b","status":"Delivered"}'],
  ['a NUL for a blank', '{"status"\0:"Delivered"}'],
  ['a form feed for a blank', '{"status":\f"Delivered"}'],
  ['a no-break space for a blank', '{"status":\u00a0"Delivered"}'],
  ['a number that begins with 0', '{"a":01,"status":"Delivered"}'],
  ['a hexadecimal number', '{"a":0x1,"status":"Delivered"}'],
  ['a number that begins with +', '{"a":+1,"status":"Delivered"}'],
  ['a number without digits behind its point', '{"a":1.,"status":"Delivered"}'],
  ['NaN', '{"a":NaN,"status":"Delivered"}'],
  ['True', '{"a":True,"status":"Delivered"}'],
  ['a trailing comma', '{"status":"Delivered",}'],
  ['two commas', '{"a":1,,"status":"Delivered"}'],
  ['garbage behind', '{"status":"Delivered"}x'],
  ['a comment behind', '{"status":"Delivered"}#x'],
  ['a second document', '{"status":"Created"}{"status":"Delivered"}'],
  ['a second line', '{"status":"Created"}\n{"status":"Delivered"}'],
  ['a NUL behind', '{"status":"Delivered"}\0'],
  ['no end', '{"status":"Delivered"'],
  ['a text without an end', '{"status":"Delivered'],
  ['a stray quote', '{"status"":"Delivered"}'],
  ['a \\x escape', '{"\\x73tatus":"Delivered"}'],
  ['half an escape', '{"\\u007status":"Delivered"}'],
  ['half of a surrogate pair', '{"a":"\\ud800","status":"Delivered"}'],
  ['a pair the wrong way round', '{"sta\\udc00\\ud800tus":"Delivered"}'],
  ['a byte that is not UTF-8 in a name', bytes('{"stat\xffus":"Delivered"}')],
  ['an overlong letter', bytes('{"\xc1\xb3tatus":"Delivered"}')],
  ['an encoded surrogate', bytes('{"a":"\xed\xa0\x80","status":"Delivered"}')],
  ['one name twice', '{"status":"Created","status":"Delivered"}'],
  ['one name twice, once escaped', '{"status":"Created","\\u0073tatus":"Delivered"}'],
  ['one name twice, further in', '{"a":{"b":1,"b":2},"status":"Delivered"}'],
  ['__proto__', '{"__proto__":{"status":"Delivered"}}'],
  ['__proto__, escaped', '{"\\u005f_proto__":{"status":"Delivered"}}'],
  ['an object as constructor', '{"constructor":{"prototype":{"status":"Delivered"}}}'],
  ['65 levels', nested(65)],
  ['600 levels', nested(600)],
  ['100000 lists', '['.repeat(100_000)],
  ['more than 10000 values', `{"a":[${'1,'.repeat(10_000)}1],"status":"Delivered"}`],
  ['a text', '"{\\"status\\":\\"Delivered\\"}"'],
  ['a list', '[{"status":"Delivered"}]'],
  ['null', 'null'],
  ['a number', '2'],
];

describe('JSON that two readers could read differently is refused, and nothing is forwarded', () => {
  it.each(UNREADABLE)('%s', async (_what, body) => {
    const { crm, gateway, send } = await stage();
    for (const line of [`PUT ${NOTE}`, `PATCH ${NOTE}`, 'POST /api/DeliveryNotes']) {
      const headers = body.length === 0 ? [JSON_TYPE, 'Content-Length: 0'] : [JSON_TYPE];
      const answer = await send(line, headers, body);
      expect(answer.status).toBe(400);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'otprules-result': 'request-unreadable',
        'cache-control': 'no-store',
      });
      expect(JSON.parse(answer.body).detail).toMatch(/\w{3}/);
    }
    expect(crm.received).toEqual([]);
    expect(gateway.outbox.messages()).toEqual([]);
  });
});

describe('JSON at the edge of what is read', () => {
  it.each([
    ['64 levels', nested(64)],
    ['one mark at the beginning', `\ufeff{"notes":"x"}`],
    ['escaped slashes', '{"notes":"https:\\/\\/track.example\\/1"}'],
    ['a text as constructor', '{"constructor":"x","prototype":"y"}'],
    ['9000 values', `{"a":[${'1,'.repeat(9_000)}1]}`],
  ])('passes: %s', async (_what, body) => {
    const { crm, send } = await stage({
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['a'] } },
    });
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], body)).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
  });
});
