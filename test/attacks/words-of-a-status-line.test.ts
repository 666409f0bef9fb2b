import { expect, it } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

const REST = 'Connection: close\r\nContent-Length: 2\r\n\r\n{}';

/** What a rep wrote comes back in the words of the CRM's status line, as frameworks do with the text of an exception. */
const ANSWERS = [
  ['in UTF-8', Buffer.from(`HTTP/1.1 422 “ç” — 未找到\r\n${REST}`), 422],
  ['in Latin-1', Buffer.from(`HTTP/1.1 404 N\xe3o encontrado\r\n${REST}`, 'latin1'), 404],
  ['with controls', Buffer.from(`HTTP/1.1 200 \x01\x7f\0\r\n${REST}`), 200],
] as const;

it.each([
  ['GET /files', '', ANSWERS],
  ['PUT /api/DeliveryNotes/45', '{"notes":"x"}', ANSWERS],
] as const)('no words of the CRM end the gateway, or keep the answer to %s from its client', async (line, body, answers) => {
  const { crm, url } = await openWorld();
  const port = Number(new URL(url).port);
  for (const [, bytes, status] of answers) {
    crm.answerWith((_request, response) => void response.socket?.end(bytes));
    const headers = body === '' ? [] : ['Content-Type: application/json'];
    expect(await sendRaw(port, rawRequest(line, headers, body))).toMatchObject({ status, body: '{}' });
  }
  expect(crm.received.map((received) => received.body.toString())).toEqual(answers.map(() => body));
});
