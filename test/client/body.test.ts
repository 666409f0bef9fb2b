import { expect, it } from 'vitest';
import { keptBody } from '../../src/client/body.ts';

async function* textsOf(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

it.each([
  ['fits', 6, true],
  ['does not fit', 5, false],
])('a body of texts is measured by its bytes, not by its letters: one of six %s in %i', async (_, limit, isKept) => {
  const kept = await keptBody(textsOf('éé', 'é'), limit, undefined);
  expect(kept instanceof Uint8Array).toBe(isKept);
  expect(await new Response(kept).text()).toBe('ééé');
});
