import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Place } from './places.ts';
import { openStage } from './stage.ts';
import { TABLE } from './table.ts';

/** Each row of the table is a test, in one place. */
export function rowsIn(open: () => Promise<Place>): void {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.close());

  test.each(Object.entries(TABLE))('%s', async (name, entry) => {
    const { url, control } = await openStage(entry, place.origin);
    expect(JSON.parse(await place.run(name, url, control))).toEqual(entry.seen);
  });
}
