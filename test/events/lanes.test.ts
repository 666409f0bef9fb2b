import { expect, test } from 'vitest';
import { createLanes, type Due } from '../../src/events/lanes.ts';

const HOUR_MS = 3_600_000;

function due(place: number, lane: string): Due {
  const event = { id: `e${place}`, kind: 'code-sent', at: '2026-01-01T00:00:00Z', lane, data: {} } as const;
  return { place, event };
}

/** Tells what is due, second by second, until this moment; gives what was tried, and when. */
function tellUntil(lanes: ReturnType<typeof createLanes>, from: number, to: number, isUp: boolean) {
  const tries: { readonly place: number; readonly at: number }[] = [];
  for (let now = from; now <= to; now += 1000)
    for (const ready of lanes.take(now, 8)) {
      tries.push({ place: ready.place, at: (now - from) / 1000 });
      lanes.ended(ready, isUp, now);
    }
  return tries;
}

test('a receiver that is down for an hour is tried after 1 s, later and later, at most every 5 min, and then told all in order', () => {
  const lanes = createLanes();
  for (const place of [1, 2, 3]) lanes.add(due(place, 'a'));
  const down = tellUntil(lanes, 0, HOUR_MS, false);
  expect(down.slice(0, 11).map(({ at }) => at)).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 811]);
  expect(new Set(down.map(({ place }) => place))).toEqual(new Set([1]));
  expect(lanes.size).toBe(3);
  const up = tellUntil(lanes, HOUR_MS, 2 * HOUR_MS, true);
  expect(up.map(({ place }) => place)).toEqual([1, 2, 3]);
  expect(up[0]?.at).toBeLessThanOrEqual(300);
  expect(lanes.size).toBe(0);
});

test('a record whose event is not taken holds up no other record', () => {
  const lanes = createLanes();
  lanes.add(due(1, 'a'));
  lanes.add(due(2, 'b'));
  const [first, second] = lanes.take(0, 8);
  expect([first?.place, second?.place]).toEqual([1, 2]);
  if (first) lanes.ended(first, false, 0);
  if (second) lanes.ended(second, true, 0);
  lanes.add(due(3, 'b'));
  expect(lanes.take(0, 8).map(({ place }) => place)).toEqual([3]);
});
