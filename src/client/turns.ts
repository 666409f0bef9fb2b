import { orAborted } from './abort.ts';
import { nameOf } from './ask.ts';
import type { Refusal } from './refusal.ts';
import type { Repeatable } from './repeatable.ts';

/** About one record one question is asked at a time. */
export function createTurns() {
  const turns = new Map<string, Promise<unknown>>();

  /** Converses when the conversations about the same records are over; `isFirst`: there were none. */
  return <T>(
    { identity, signal, url }: Repeatable,
    { rules }: Refusal,
    converse: (isFirst: boolean) => Promise<T>,
  ): Promise<T> => {
    const names = rules.flatMap((row) =>
      row.record === undefined
        ? (identity ?? [])
        : `${new URL(url).origin} ${row.module ?? ''} ${nameOf(row)}`,
    );
    const before = names.flatMap((name) => turns.get(name) ?? []);
    const own = orAborted(Promise.all(before), signal).then(() => converse(before.length === 0));
    // Who is aborted while they wait leaves those behind them where they are.
    const over = Promise.allSettled([own, ...before]);
    for (const name of names) turns.set(name, over);
    over.then(() => {
      for (const name of names) if (turns.get(name) === over) turns.delete(name);
    });
    return own;
  };
}
