import { expect, it } from 'vitest';
import type { Upstream } from '../../src/ports.ts';
import { createUpstream } from '../../src/upstream/create.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openGateway, openWorld } from '../harness/world.ts';

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

it('nor do those of a way to the CRM that was brought along: what cannot be said is refused', async () => {
  const way = { timeoutMs: 1000, connectTimeoutMs: 1000, answerLimitBytes: 1000 };
  const nothing = () => undefined;
  const body = { each: async () => undefined, giveUp: nothing };
  const unsayable = { status: 200, reason: '未', headers: [], body };
  const upstream: Upstream = {
    ...createUpstream({ url: 'http://127.0.0.1:9', ...way }, []),
    stream: () => ({ answer: Promise.resolve(unsayable), giveUp: nothing }),
  };
  const { url } = await openGateway(gatewayOptions('http://127.0.0.1:9'), { upstream });
  const answer = await sendRaw(Number(new URL(url).port), rawRequest('GET /files'));
  expect([answer.status, answer.headers['otprules-result']]).toEqual([502, 'upstream-unavailable']);
});
