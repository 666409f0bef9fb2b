/** What one measurement showed, beside what it should show. */
export type Outcome = {
  readonly name: string;
  /** The figure, a ratio or a time. */
  readonly figure: number;
  /** The lowest and the highest median of a round, where rounds were told apart. */
  readonly range?: Range;
  readonly unit: 'ratio' | 'MB' | 'ms';
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** The figures that it was made of. */
  readonly made: Readonly<Record<string, number>>;
};

export type Range = readonly [lowest: number, highest: number];

export function isMet({ figure, goal }: Pick<Outcome, 'figure' | 'goal'>): boolean {
  return 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}

/** How long and how often is measured. */
export type Effort = {
  readonly rounds: number;
  readonly seconds: number;
  /** A folder for what the servers need; it is removed at the end. */
  readonly folder: string;
  onProgress(text: string): void;
};

export function medianOf(figures: readonly number[]): number {
  return quantileOf(figures, 0.5);
}

/** The range of the rounds' medians; `each`: how many figures a round has. */
export function rangeOf(figures: readonly number[], each = 1): Range {
  const rounds = Math.ceil(figures.length / each);
  const medians = Array.from({ length: rounds }, (_, round) =>
    medianOf(figures.slice(round * each, (round + 1) * each)),
  );
  return [Math.min(...medians), Math.max(...medians)];
}

export function quantileOf(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
