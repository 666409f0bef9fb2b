import { afterAll, describe, expect, it } from 'vitest';
import { openYoga } from '../../bench/real/graphql-yoga/graphql-yoga.ts';
import { describeWalk } from './describe-walk.ts';

await describeWalk('graphql-yoga', await openYoga(), { works: 23, doors: 74 });

const alone = await openYoga();
afterAll(() => alone.stop());

/** What this server refuses by itself; others answer it, so it stays a door. */
const SHUT = [
  'a text',
  'no type',
  'a GET',
  'a kept document in a GET',
  'a kept digest in a GET',
  'the address of a POST',
  'a query in the body and a mutation in the address',
  'another case of the path',
  'an encoded path',
];

describe('GraphQL Yoga without the gateway', () => {
  it('stores something by each of these doors but for those that it shuts itself', async () => {
    const { doors } = await alone.client(alone.url);
    const shut: string[] = [];
    for (const [what, act] of doors) {
      await alone.reset();
      const before = JSON.stringify(await alone.stored());
      await act().catch(() => undefined);
      if (JSON.stringify(await alone.stored()) === before) shut.push(what);
    }
    expect(shut).toEqual(SHUT);
  });
});
