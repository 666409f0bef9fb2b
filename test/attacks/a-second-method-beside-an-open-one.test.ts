import { expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/* What is open to one method only is not open to a request that asks to be taken for another one. */

const NOTE = '/api/DeliveryNotes/45';
const BODY = '{"status":"Delivered"}';
const JSON_TYPE = 'Content-Type: application/json';

async function openSearch() {
  const { crm, url } = await openWorld({
    passthrough: ['SEARCH /api/DeliveryNotes/*', 'SEARCH /api/other/*'],
  });
  const port = Number(new URL(url).port);
  return {
    crm,
    send: (line: string, headers: readonly string[] = []) =>
      sendRaw(port, rawRequest(line, [JSON_TYPE, ...headers], BODY)),
  };
}

test.each([
  [`SEARCH ${NOTE}?_method=PATCH`, []],
  [`SEARCH ${NOTE}?a=1&_METHOD=PUT`, []],
  [`SEARCH ${NOTE}?_HttpMethod=PATCH`, []],
  [`SEARCH ${NOTE}?%5fmethod=PUT`, []],
  [`SEARCH ${NOTE}`, ['X-HTTP-Method-Override: PATCH']],
  ['SEARCH /api/other/45?_method=PATCH', []],
])('%s %j is refused', async (line, headers) => {
  const { crm, send } = await openSearch();
  const answer = await send(line, headers);
  expect([400, 403]).toContain(answer.status);
  expect(answer.headers['otprules-result']).toBeDefined();
  expect(crm.received).toEqual([]);
});

test.each([
  [`SEARCH ${NOTE}`, []],
  [`SEARCH ${NOTE}?method=fast&fields=status`, []],
  ['SEARCH /api/other/45', ['X-HTTP-Method-Override: SEARCH']],
])('%s %j is open', async (line, headers) => {
  const { crm, send } = await openSearch();
  expect((await send(line, headers)).status).toBeLessThan(400);
  expect(crm.received.map(({ body }) => String(body))).toEqual([BODY]);
});
