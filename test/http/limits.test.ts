import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawRequest } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { HARMLESS, JSON_TYPE, NOTE, stage } from './stage.ts';

const body = (limit: string, more: object = {}) => ({ body: { limit, ...more } });
const big = (size: number) => `{"a":"${'x'.repeat(size)}"}`;

describe('bodies that are too large', () => {
  it('are refused by their announced length, before they are sent, and the connection ends', async () => {
    const { crm, open } = await stage(body('1KiB'));
    const client = await open();
    client.send(`PUT ${NOTE} HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}\r\nContent-Length: 999999999\r\n\r\n`);
    expect(await client.answer()).toMatchObject({
      status: 413,
      headers: { connection: 'close', 'otprules-result': 'request-unreadable' },
    });
    await until(() => client.socket.readableEnded);
    expect(crm.received).toEqual([]);
  });

  it('are refused in chunks as soon as they are too large, without waiting for their end', async () => {
    const { crm, open } = await stage(body('1KiB'));
    const client = await open();
    client.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Transfer-Encoding: chunked'], '{"a":"'));
    client.send(`500\r\n${'x'.repeat(0x500)}\r\n`);
    expect(await client.answer()).toMatchObject({ status: 400 });
    const second = await open();
    second.send(
      rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Transfer-Encoding: chunked'], `500\r\n${'x'.repeat(0x500)}\r\n`),
    );
    expect(await second.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(crm.received).toEqual([]);
  });

  it('are refused by what they unpack to', async () => {
    const { crm, send } = await stage(body('64KiB'));
    const bomb = gzipSync(big(20_000_000));
    expect(bomb.length).toBeLessThan(64 << 10);
    const answer = await send(`PUT ${NOTE}`, [JSON_TYPE, 'Content-Encoding: gzip'], bomb);
    expect(answer.status).toBe(413);
    expect(crm.received).toEqual([]);
  });

  it('pass at the limit', async () => {
    const { crm, send } = await stage(body('1KiB'));
    const exact = big(1024 - big(0).length);
    expect(exact).toHaveLength(1024);
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], exact)).status).toBe(200);
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], `${exact} `)).status).toBe(413);
    expect(crm.saves).toHaveLength(1);
  });

  it('eight megabytes pass by default', async () => {
    const { crm, send } = await stage();
    expect((await send(`PUT ${NOTE}`, [JSON_TYPE], big((8 << 20) - 100))).status).toBe(200);
    expect(crm.saves[0]?.body.length).toBeGreaterThan(8_000_000);
  });

  it('an Expect: 100-continue with a length that is too large is answered with 413', async () => {
    const { crm, open } = await stage(body('1KiB'));
    const client = await open();
    client.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Expect: 100-continue', 'Content-Length: 99999']));
    expect((await client.answer()).status).toBe(413);
    expect(crm.received).toEqual([]);
  });
});

describe('bodies that do not come', () => {
  it('end in 408 after their time, and the connection ends', async () => {
    const { crm, open } = await stage(body('1KiB', { timeout: '100ms' }));
    const client = await open();
    client.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Content-Length: 100'], '{"a":'));
    expect(await client.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } });
    expect(crm.received).toEqual([]);
  });

  it.each(['a length', 'chunks'])('cut in the middle, with %s, are forwarded to nobody', async (how) => {
    const { crm, open, send } = await stage();
    const client = await open();
    const framing =
      how === 'chunks' ? 'Transfer-Encoding: chunked' : `Content-Length: ${HARMLESS.length + 1}`;
    const bytes = how === 'chunks' ? `${HARMLESS.length.toString(16)}\r\n${HARMLESS}\r\n` : HARMLESS;
    client.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, framing], bytes));
    client.finish();
    expect((await client.answer()).status).toBe(400);
    expect((await send(`GET ${NOTE}`)).status).toBe(200);
    expect(crm.saves).toEqual([]);
  });

  it('held at once beyond the budget are 503 for whoever comes last, and unguarded traffic does not notice', async () => {
    const { crm, open, send } = await stage(body('1KiB', { budget: '1KiB' }));
    const holder = await open();
    holder.send(rawRequest(`PUT ${NOTE}`, [JSON_TYPE, 'Content-Length: 900'], `{"a":"${'x'.repeat(800)}`));
    let refused = await send(`PUT ${NOTE}`, [JSON_TYPE], big(400));
    while (refused.status === 200) refused = await send(`PUT ${NOTE}`, [JSON_TYPE], big(400));
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '1', connection: 'close' } });
    expect((await send('GET /elsewhere')).status).toBe(200);
    const before = crm.saves.length;
    holder.close();
    while ((await send(`PUT ${NOTE}`, [JSON_TYPE], big(400))).status === 503);
    expect(crm.saves.length).toBe(before + 1);
  });
});
