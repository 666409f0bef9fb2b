import type { KeptEvent } from './kept-event.ts';

/** An event that is to be told, and the row that it stands in. */
export type Due = { readonly place: number; readonly event: KeptEvent };

type Lane = { readonly events: Due[]; tries: number; dueAt: number; isBusy: boolean };

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;

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

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();
  const left = new Map<number, number>();
  let size = 0;
  const heads = () =>
    [...lanes.values()].flatMap((lane) => (lane.events[0] ? [{ lane, due: lane.events[0] }] : []));

  return {
    add(due) {
      const lane = lanes.get(due.event.lane) ?? { events: [], tries: 0, dueAt: 0, isBusy: false };
      lanes.set(due.event.lane, lane);
      lane.events.push(due);
      left.set(due.place, (left.get(due.place) ?? 0) + 1);
      size++;
    },
    take(now, most) {
      if (most <= 0) return [];
      const ready = heads()
        .filter(({ lane }) => !lane.isBusy && lane.dueAt <= now)
        .sort((one, other) => one.due.place - other.due.place)
        .slice(0, most);
      for (const { lane } of ready) lane.isBusy = true;
      return ready.map(({ due }) => due);
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
      size--;
    },
    oldest: () =>
      heads()
        .filter(({ lane }) => !lane.isBusy)
        .sort((one, other) => one.due.place - other.due.place)[0]?.due,
    get size() {
      return size;
    },
    holds: (place) => left.has(place),
    clear() {
      lanes.clear();
      left.clear();
      size = 0;
    },
  };
}
