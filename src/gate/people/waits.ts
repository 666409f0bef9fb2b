import { placeOf } from '../../core/saving/caller.ts';
import type { Asker } from '../../core/saving/save.ts';

/** Calls that wait for what a customer answers: bounded, and ended when the gateway stops. */
export type Waits = {
  /** Has a caller wait; undefined where too many do. The function that it gives ends that. */
  begin(waiter: Waiter): (() => void) | undefined;
  /** Resolves after this time, or at once where `left` is or was aborted, or all are told to go. Gives whether waiting may go on. */
  pause(ms: number, left: AbortSignal | undefined): Promise<boolean>;
  /** Sends everybody away, with what is known by then. */
  end(): void;
};

type Waiter = Pick<Asker, 'principal' | 'caller'>;

/** How many may wait: in all, of those without a verified name who are at one place, and of one caller. */
export type MostWaiting = Readonly<Record<'all' | 'place' | 'caller', number>>;

/** Nobody waits yet; `most` says how many may. */
export function createWaits(most: MostWaiting): Waits {
  const waiting = new Map<string, number>();
  const over = new AbortController();
  const add = (whose: string, change: 1 | -1) => {
    const now = (waiting.get(whose) ?? 0) + change;
    if (now > 0) waiting.set(whose, now);
    else waiting.delete(whose);
  };
  return {
    begin(waiter) {
      const counts = countsOf(waiter, most);
      if (counts.some(([whose, may]) => (waiting.get(whose) ?? 0) >= may)) return undefined;
      for (const [whose] of counts) add(whose, 1);
      return () => {
        for (const [whose] of counts) add(whose, -1);
      };
    },
    async pause(ms, left) {
      const signals = left ? [over.signal, left] : [over.signal];
      if (signals.some(({ aborted }) => aborted)) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const stop = () => resolve(false);
      const timer = setTimeout(() => resolve(true), ms);
      for (const signal of signals) signal.addEventListener('abort', stop, { once: true });
      const goesOn = await promise;
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', stop);
      return goesOn;
    },
    end: () => over.abort(),
  };
}

/** What a waiter counts for. Credentials can be made up anew for each call, and where they come from cannot. */
function countsOf({ principal, caller }: Waiter, most: MostWaiting): readonly (readonly [string, number])[] {
  const own = [
    ['all', most.all],
    [`caller\n${principal()}`, most.caller],
  ] as const;
  return caller.user === '' ? [...own, [`place\n${placeOf(caller.ip)}`, most.place]] : own;
}
