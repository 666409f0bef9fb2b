import type { KeptEvent } from './kept-event.ts';

/** An event that is to be told, and the row that it stands in. */
export type Due = { readonly place: number; readonly event: KeptEvent };

type Lane = { readonly events: Due[]; tries: number; dueAt: number; isBusy: boolean };

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** Events that are over are cleared away once there are more than these. */
const FEW = 1000;

/** Events by lane: the next of a lane is due when the one before it was told. */
export type Lanes = {
  add(due: Due): void;
  /** The first events of lanes that are due at this moment, oldest first; they are busy until `ended`. */
  take(now: number, most: number): readonly Due[];
  /** Told, or dropped: the next of its lane is due. Or not: it is due again, each time later. */
  ended(due: Due, isOver: boolean, now: number): void;
  /** The oldest event of all that nobody is telling now. */
  oldest(): Due | undefined;
  readonly size: number;
  /** Whether an event of this row is left. */
  holds(place: number): boolean;
  clear(): void;
};

/** No lanes yet. `now` is by a clock of the caller that never goes back, in milliseconds. */
export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  const left = new Map<number, number>();
  const all = new Set<Due>();
  /** In the order of their rows; those before `start` are over, and so may others be. */
  let queue: Due[] = [];
  let start = 0;

  /** The first events of lanes that nobody is telling now, oldest first. */
  function* heads(): Iterable<{ readonly lane: Lane; readonly due: Due }> {
    for (let due = queue[start]; due && !all.has(due); due = queue[start]) start++;
    for (let index = start; index < queue.length; index++) {
      const due = queue[index];
      const lane = due && lanes.get(due.event.lane);
      if (lane && !lane.isBusy && lane.events[0] === due) yield { lane, due };
    }
  }

  return {
    add(due) {
      const lane = lanes.get(due.event.lane) ?? { events: [], tries: 0, dueAt: 0, isBusy: false };
      lanes.set(due.event.lane, lane);
      lane.events.push(due);
      left.set(due.place, (left.get(due.place) ?? 0) + 1);
      all.add(due);
      if (queue.length > 2 * all.size + FEW) {
        queue = queue.filter((one) => all.has(one));
        start = 0;
      }
      queue.push(due);
    },
    take(now, most) {
      const ready: Due[] = [];
      if (most <= 0) return ready;
      for (const { lane, due } of heads()) {
        if (lane.dueAt > now) continue;
        lane.isBusy = true;
        if (ready.push(due) >= most) break;
      }
      return ready;
    },
    ended(due, isOver, now) {
      const lane = lanes.get(due.event.lane);
      if (!lane || lane.events[0] !== due) return;
      lane.isBusy = false;
      if (!isOver) {
        lane.dueAt = now + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** lane.tries);
        lane.tries++;
        return;
      }
      lane.events.shift();
      lane.tries = 0;
      lane.dueAt = 0;
      if (lane.events.length === 0) lanes.delete(due.event.lane);
      const others = (left.get(due.place) ?? 1) - 1;
      if (others > 0) left.set(due.place, others);
      else left.delete(due.place);
      all.delete(due);
    },
    oldest() {
      for (const { due } of heads()) return due;
      return undefined;
    },
    get size() {
      return all.size;
    },
    holds: (place) => left.has(place),
    clear() {
      lanes.clear();
      left.clear();
      all.clear();
      queue = [];
      start = 0;
    },
  };
}
