/** Numbers that look random and are the same for the same seed (mulberry32). */
export type Dice = {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number;
  pick<T>(among: readonly [T, ...T[]]): T;
};

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  function below(end: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }
  return { below, pick: (among) => among[below(among.length)] ?? among[0] };
}
