/** So many bytes for all bodies together. */
export class Budget {
  private readonly mostBytes: number;
  private held = 0;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  take(bytes: number): boolean {
    if (this.held + bytes > this.mostBytes) return false;
    this.held += bytes;
    return true;
  }

  release(bytes: number): void {
    this.held -= bytes;
  }
}

/** Takes bytes, where there are some left, and gives them back. */
export type Takes = Pick<Budget, 'take' | 'release'>;

/** One budget of which all bodies from one place take a part at most: whoever fills that leaves others the rest. */
export class Shares {
  private readonly whole: Budget;
  private readonly mostBytes: number;
  private readonly held = new Map<string, number>();

  constructor(whole: Budget, mostBytes: number) {
    this.whole = whole;
    this.mostBytes = mostBytes;
  }

  /** What this place may take. */
  of(place: string): Takes {
    return {
      take: (bytes) => {
        const held = (this.held.get(place) ?? 0) + bytes;
        if (held > this.mostBytes || !this.whole.take(bytes)) return false;
        this.set(place, held);
        return true;
      },
      release: (bytes) => {
        this.whole.release(bytes);
        this.set(place, (this.held.get(place) ?? 0) - bytes);
      },
    };
  }

  private set(place: string, held: number): void {
    if (held > 0) this.held.set(place, held);
    else this.held.delete(place);
  }
}
