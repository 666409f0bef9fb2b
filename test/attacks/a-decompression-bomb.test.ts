import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CODINGS, JSON_TYPE, openBench } from '../bodies/stage.ts';

/*
 * A kilobyte that unpacks to a megabyte costs the gateway a thousand times what it costs its sender, who has not even to be known. Nothing of it is
 * read: its bytes are counted while they are unpacked.
 */

const KILOBYTE = 1024;
const blanks = (bytes: number) => JSON.stringify({ notes: ' '.repeat(bytes) });
/** Honest, and of the kind that shrinks most: 100 columns without a value in each of 98 rows. */
const EMPTY = Object.fromEntries(Array.from({ length: 100 }, (_, nth) => [`custom_field_${nth}`, null]));
const IMPORT = JSON.stringify({
  lines: Array.from({ length: 98 }, (_, nth) => ({ no: nth + 1, ...EMPTY })),
});

describe('a body that unpacks to more than 200 times its size', () => {
  it.each(CODINGS)('is refused, and the CRM does not get it: %s', async (coding, compress) => {
    const bench = await openBench();
    const headers = { 'content-encoding': coding };
    const heard = await bench.send(JSON_TYPE, compress(blanks(200 * KILOBYTE)), { headers });
    expect(heard).toMatchObject({ status: 413, result: 'request-unreadable' });
    expect(heard.detail).toBe(
      'The body unpacks to more than 200 times its size. Send it without compression, or have body.ratio raised.',
    );
    expect(bench.crm.received).toEqual([]);
  });

  it('is refused where what comes first is dense', async () => {
    const bench = await openBench();
    const dense = JSON.stringify(Array.from({ length: 1000 }, (_, nth) => Math.sin(nth))).slice(1, -1);
    const body = gzipSync(`{"a":[${dense}],"b":"${' '.repeat(7 * KILOBYTE * KILOBYTE)}"}`);
    expect(await bench.send(JSON_TYPE, body, { headers: { 'content-encoding': 'gzip' } })).toMatchObject({
      status: 413,
    });
    expect(bench.crm.received).toEqual([]);
  });

  it('honest: arrives where the configuration allows it', async () => {
    const bench = await openBench({}, { body: { ratio: 2000 } });
    const body = blanks(200 * KILOBYTE);
    const headers = { 'content-encoding': 'gzip' };
    expect(await bench.send(JSON_TYPE, gzipSync(body), { headers })).toMatchObject({ status: 200 });
    expect(bench.arrived().body === body).toBe(true);
  });

  it('honest: arrives where it is small', async () => {
    const bench = await openBench();
    const body = blanks(60 * KILOBYTE);
    const headers = { 'content-encoding': 'deflate' };
    expect(await bench.send(JSON_TYPE, deflateSync(body), { headers })).toMatchObject({ status: 200 });
    expect(bench.arrived().body === body).toBe(true);
  });

  it('honest: is not what rows of empty columns are', async () => {
    const bench = await openBench({ values: ['lines'] });
    const headers = { 'content-encoding': 'gzip' };
    expect(IMPORT.length).toBeGreaterThan(200 * KILOBYTE);
    expect(await bench.send(JSON_TYPE, gzipSync(IMPORT), { headers })).toMatchObject({ status: 200 });
    expect(bench.arrived().body === IMPORT).toBe(true);
  });
});
