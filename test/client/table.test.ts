import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { olderNode } from '../package/older-node.ts';
import { BROWSERS } from './browsers.ts';
import { openNode, openPage, type Place } from './table/places.ts';
import { openStage } from './table/stage.ts';
import { TABLE } from './table/table.ts';

const PLACES: readonly (readonly [string, () => Promise<Place>])[] = [
  ['a Node that is older than the gateway needs', async () => openNode(olderNode())],
  ['the Node of the gateway', () => openNode(process.execPath)],
  ...BROWSERS.map(([name, start]) => [`a page in ${name}`, () => openPage(start)] as const),
];

describe.each(PLACES)('in %s', (_, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close());

  test.each(Object.entries(TABLE))('%s', async (name, entry) => {
    const { url, control } = await openStage(entry, place.origin);
    expect(JSON.parse(await place.run(name, url, control))).toEqual(entry.seen);
  });
});
