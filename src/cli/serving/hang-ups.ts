/** The signals by which an operator says that the configuration is another one. */
export type HangUps = {
  /** Calls `changed` for each from now on, and once where some came before. */
  each(changed: () => void): void;
  close(): void;
};

/** Listens for them from now on: a process that does not would be ended by one, and one that comes while the gateway starts is not lost. */
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
