import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/** A door of the CRM that no module maps, and that saves what a GET brings, as Vtiger's mobile API does. */
const DOOR = '/modules/Mobile/api.php';
const SAVE = '{"_operation":"saveRecord","record":"17x5","values":{"ticketstatus":"Closed"}}';
const CHUNKS = `${SAVE.length.toString(16)}\r\n${SAVE}\r\n0\r\n\r\n`;
const JSON_TYPE = 'Content-Type: application/json';

async function open(changes: Partial<ConfigInput> = {}) {
  const { crm, url } = await openWorld(changes);
  const send = (line: string, headers: readonly string[], body = '') =>
    sendRaw(Number(new URL(url).port), rawRequest(line, ['Connection: close', ...headers], body));
  return { crm, send };
}

describe('a read on a path that nobody maps', () => {
  it.each([
    ['GET', [], SAVE],
    ['GET', ['Transfer-Encoding: chunked'], CHUNKS],
    ['HEAD', [], SAVE],
    ['OPTIONS', [], SAVE],
  ] as const)('is refused as a write is where it brings a body: %s %j', async (method, headers, body) => {
    const { crm, send } = await open();
    const answer = await send(`${method} ${DOOR}`, [JSON_TYPE, ...headers], body);
    expect([answer.status, answer.headers['otprules-result']]).toEqual([403, 'unmapped-write']);
    if (method !== 'HEAD') expect(answer.body).toContain(`this ${method} with a body`);
    expect(crm.received).toEqual([]);
  });

  it.each([
    ['where there is no body', {}, [], ''],
    ['where its length is nothing', {}, ['Content-Length: 0'], ''],
    ['on a path that passes', { passthrough: ['/modules/Mobile/*'] }, [], SAVE],
    ['where all writes go on', { unmappedWrites: 'forward' }, [], SAVE],
  ] as const)('passes %s', async (_name, changes, headers, body) => {
    const { crm, send } = await open(changes as Partial<ConfigInput>);
    expect((await send(`GET ${DOOR}`, [JSON_TYPE, ...headers], body)).status).toBe(200);
    expect(crm.received.map((received) => received.body.toString())).toEqual([body]);
  });
});
