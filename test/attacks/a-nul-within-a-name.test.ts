import { expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/* C strings end at a NUL and .NET's do not: what stands behind it is a part of the name to some readers. */

const NOTE = '/api/DeliveryNotes/45';
const FORM = 'Content-Type: application/x-www-form-urlencoded';

test.each([
  'fi%00elds.status=Delivered',
  'fields%00.status=Delivered',
  'fields.sta%00tus=Delivered',
  'a=1&x%00[status]=Delivered',
])('%s does not arrive without a code', async (body) => {
  const { crm, url } = await openWorld();
  const answer = await sendRaw(Number(new URL(url).port), rawRequest(`POST ${NOTE}`, [FORM], body));
  expect([400, 422, 428]).toContain(answer.status);
  expect(crm.saves).toEqual([]);
});

test.each(['no%00te=x', 'fi%00elds.note=x'])('%s does, as it is', async (body) => {
  const { crm, url } = await openWorld();
  crm.answerWith((_request, response) => void response.end('{}'));
  await sendRaw(Number(new URL(url).port), rawRequest(`POST ${NOTE}`, [FORM], body));
  expect(crm.saves.map((save) => String(save.body))).toEqual([body]);
});
