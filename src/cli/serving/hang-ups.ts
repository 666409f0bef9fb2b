/** The signals by which an operator says that the configuration is another one. */
export type HangUps = {
  /** Calls `heard` for each from now on, and once where some came before. */
  each(heard: () => void): void;
  close(): void;
};

/** Hears them from now on: nobody who hears none is ended by one, and one that comes while the gateway starts is not lost. */
export function hearHangUps(): HangUps {
  let isMissed = false;
  let hear = () => {
    isMissed = true;
  };
  const onSignal = () => hear();
  process.on('SIGHUP', onSignal);
  return {
    each(heard) {
      hear = heard;
      if (isMissed) heard();
    },
    close: () => void process.off('SIGHUP', onSignal),
  };
}
