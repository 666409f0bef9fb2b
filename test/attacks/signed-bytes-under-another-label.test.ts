import { expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const MODULES = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', verbatim: true },
} as const;

test.each([
  ['no label at all, which Rack reads as a form', 'application/json', 'Connection: content-type'],
  ['UTF-7, in which +AEQ-elivered is a state', 'application/json; charset=utf-7', 'X: y'],
])('bytes are not sent on under %s', async (_, type, header) => {
  const { crm, url } = await openWorld({ modules: MODULES });
  const body = '{"a":"&status=Delivered&b=","c":"+AEQ-elivered"}';
  const headers = [`Content-Type: ${type}`, header, 'Authorization: Bearer rep'];
  const answer = await sendRaw(Number(new URL(url).port), rawRequest(`POST ${NOTE}`, headers, body));
  expect(answer.status).toBe(400);
  expect(crm.saves).toEqual([]);
});
