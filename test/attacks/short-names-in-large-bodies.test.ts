import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import type { Received } from '../harness/crm.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';

const REQUESTS = 40;
const NOTES = 'x'.repeat(2 << 20);
/** A third of what was sent. */
const ALLOWED_BYTES = (REQUESTS * NOTES.length) / 3;

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it('a name that nobody sent before does not keep the body in memory in which it stood', async () => {
  const { crm, url } = await openWorld();
  const sizes: number[] = [];
  const received = crm.received as Received[];
  crm.answerWith((_request, response) => {
    sizes.push(...received.splice(0).map(({ body }) => body.length));
    response.end('{"id":"45"}');
  });
  const save = async (name: string) => {
    const body = JSON.stringify({ notes: NOTES, [name]: 1 });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/api/DeliveryNotes/45`, { method: 'PUT', headers, body });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
  };
  await save('a name of the first');
  const before = heldBytes();
  for (let sent = 0; sent < REQUESTS; sent++) await save(`a name of the rep's own ${sent}`);
  // What lies outside the heap is given back in its own time.
  await until(() => heldBytes() - before < ALLOWED_BYTES);
  expect(sizes.filter((size) => size > NOTES.length)).toHaveLength(REQUESTS + 1);
});
