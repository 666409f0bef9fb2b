import type { Happening } from '../core/verdict/happening.ts';

/** Tells others what happened. */
export interface EventSink {
  /**
   * Resolves when it is kept, so that it will be told though this process ends; where it cannot be kept now, that is tried again by
   * itself. Never rejects, and waits for no receiver.
   */
  take(happening: Happening): Promise<void>;
}
