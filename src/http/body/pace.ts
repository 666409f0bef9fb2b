/** So many bytes a second for all bodies together, after so many at once. */
export class Pace {
  private readonly bytesPerMs: number;
  private readonly atOnceMs: number;
  /** Until when the bytes that were taken last, at that rate. */
  private takenUntil = 0;

  constructor(bytesPerSecond: number, bytesAtOnce: number) {
    this.bytesPerMs = bytesPerSecond / 1000;
    this.atOnceMs = bytesAtOnce / this.bytesPerMs;
  }

  /** Takes bytes, and resolves when the next may come; undefined where that is now. */
  take(bytes: number): Promise<void> | undefined {
    const now = performance.now();
    this.takenUntil = Math.max(this.takenUntil, now - this.atOnceMs) + bytes / this.bytesPerMs;
    const waitMs = this.takenUntil - now;
    return waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : undefined;
  }
}
