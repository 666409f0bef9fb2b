/** What was used since when. A window that is over counts as unused. */
export type Window = { readonly used: number; readonly since: number };

/** `lastAt` is when the last use was. */
export type SendWindow = Window & { readonly lastAt: number };

/** A window in which nothing was sent. */
export const NO_SENDS: SendWindow = { used: 0, since: 0, lastAt: 0 };

/** What is used of a window at a moment: nothing where it is over. */
export function usedOf(window: Window, lengthMs: number, now: number): number {
  return now >= window.since + lengthMs ? 0 : window.used;
}

/** The window with one use added; one that is over, or where nothing was used, begins again. */
export function withOneMore(window: Window, lengthMs: number, now: number): Window {
  const used = usedOf(window, lengthMs, now);
  return { used: used + 1, since: used === 0 ? now : window.since };
}
