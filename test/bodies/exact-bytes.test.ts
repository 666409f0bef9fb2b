import { expect, test } from 'vitest';
import { jsonOf } from '../../src/core/wire/json.ts';
import { writeBody } from '../../src/http/body/write-body.ts';
import { DELIVERED, HARMLESS, JSON_TYPE, NOTE, stage } from '../http/stage.ts';

async function sentOf(body: Parameters<typeof writeBody>[0]): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBody(body, 'application/json').content.pieces()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test('bytes that say one value are never sent for another', async () => {
  const [judged, other] = [jsonOf({ status: 'Open' }), jsonOf({ status: 'Delivered' })];
  const bytes = Buffer.from('{"status":"Delivered"}');
  expect(await sentOf({ kind: 'json', value: judged, exact: { of: other, bytes } })).toBe(
    '{"status":"Open"}',
  );
  expect(await sentOf({ kind: 'json', value: other, exact: { of: other, bytes } })).toBe(bytes.toString());
});

test.each([
  ['as we would write it', '{"notes":"left at reception","weight":1.10}', undefined],
  ['with blanks', '{ "notes": "left at reception" }', HARMLESS],
  ['with an escape', '{"notes":"left \\u0061t reception"}', HARMLESS],
  ['behind a mark of byte order', `\uFEFF${HARMLESS}`, HARMLESS],
])('a save %s arrives as it was judged', async (_, sent, arrives = sent) => {
  const { crm, send } = await stage();
  expect((await send(`PATCH ${NOTE}`, [JSON_TYPE], sent)).status).toBe(200);
  expect(crm.saves.map(({ body }) => String(body))).toEqual([arrives]);
});

test('a code among the fields is cut out of what was exact', async () => {
  const { codeFor, crm, send } = await stage();
  const code = await codeFor(DELIVERED);
  const sent = `{"status":"Delivered","OTPRULES_OTP_7":"${code}"}`;
  expect((await send(`PUT ${NOTE}`, [JSON_TYPE], sent)).status).toBe(200);
  expect(crm.saves.map(({ body }) => String(body))).toEqual([DELIVERED]);
});
