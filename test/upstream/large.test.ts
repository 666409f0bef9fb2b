import { once } from 'node:events';
import { request } from 'node:http';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { count, stage } from './stage.ts';

const PIECE = Buffer.alloc(1 << 20, 'countersign ');
const PIECES = 1024;
/** Growth of the process that holds client, gateway and CRM, while it moves many times as much. */
const ALLOWED_BYTES = 64 << 20;
/** On a machine that has other things to do as well. */
const PATIENCE_MS = 240_000;

function wanted(pieces: number): string {
  let sum = 0;
  for (let sent = 0; sent < pieces; sent++) sum = crc32(PIECE, sum);
  return `${pieces * PIECE.length} ${sum}`;
}

/** Samples the memory of the process; gives the largest growth. */
function watchMemory(): () => number {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  return () => {
    clearInterval(timer);
    return most - before;
  };
}

async function pour(into: NodeJS.WritableStream, pieces: number): Promise<void> {
  for (let sent = 0; sent < pieces; sent++) if (!into.write(PIECE)) await once(into, 'drain');
  into.end();
}

async function upload(url: string, pieces: number): Promise<string> {
  const outgoing = request(`${url}/files`, { method: 'PUT', agent: false });
  const answered = once(outgoing, 'response');
  await pour(outgoing, pieces);
  const [answer] = await answered;
  return (await answer.setEncoding('utf8').toArray()).join('');
}

it('a gigabyte goes up with flat memory, and not a byte is lost', { timeout: PATIENCE_MS }, async () => {
  const { url } = await stage(count);
  await upload(url, 64);
  const growth = watchMemory();
  expect(await upload(url, PIECES)).toBe(wanted(PIECES));
  expect(growth()).toBeLessThan(ALLOWED_BYTES);
});

it('a quarter of a gigabyte comes down with flat memory, and not a byte is lost', {
  timeout: PATIENCE_MS,
}, async () => {
  const { url } = await stage((incoming, response) => void pour(response, Number(incoming.url?.slice(1))));
  await download(url, 64);
  const growth = watchMemory();
  expect(await download(url, PIECES / 4)).toBe(wanted(PIECES / 4));
  expect(growth()).toBeLessThan(ALLOWED_BYTES);
});

async function download(url: string, pieces: number): Promise<string> {
  const outgoing = request(`${url}/${pieces}`, { agent: false }).end();
  const [answer] = await once(outgoing, 'response');
  let sum = 0;
  let bytes = 0;
  for await (const piece of answer) {
    sum = crc32(piece, sum);
    bytes += piece.length;
  }
  return `${bytes} ${sum}`;
}
