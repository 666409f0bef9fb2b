/** Calls that wait for what a customer answers: bounded, and ended when the gateway stops. */
export type Waits = {
  /** Takes a place for a caller; undefined where too many wait. The function that it gives leaves the place again. */
  begin(principal: string): (() => void) | undefined;
  /** Resolves after this time, or at once where `left` is or was aborted, or all are told to go. Gives whether waiting may go on. */
  pause(ms: number, left: AbortSignal | undefined): Promise<boolean>;
  /** Sends everybody away, with what is known by then. */
  end(): void;
};

/** `most` for all, `each` for one caller. */
export function createWaits({ most, each }: { readonly most: number; readonly each: number }): Waits {
  const waiting = new Map<string, number>();
  const over = new AbortController();
  let all = 0;
  return {
    begin(principal) {
      const own = waiting.get(principal) ?? 0;
      if (all >= most || own >= each) return undefined;
      all++;
      waiting.set(principal, own + 1);
      return () => {
        all--;
        const left = (waiting.get(principal) ?? 1) - 1;
        if (left > 0) waiting.set(principal, left);
        else waiting.delete(principal);
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
