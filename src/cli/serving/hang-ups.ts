/** The signals (SIGHUP) by which an operator says that the configuration has changed. */
export type HangUps = {
  /** Calls `changed` for each from now on, and once where some came before. */
  each(changed: () => void): void;
  close(): void;
};

/** Listens from now on: SIGHUP ends a process that does not listen for it. A signal that comes while the gateway starts is not lost. */
export function listenForHangUps(): HangUps {
  let isMissed = false;
  let take = () => {
    isMissed = true;
  };
  const onSignal = () => take();
  process.on('SIGHUP', onSignal);
  return {
    each(changed) {
      take = changed;
      if (isMissed) changed();
    },
    close: () => void process.off('SIGHUP', onSignal),
  };
}
