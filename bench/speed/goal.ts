/** What one measurement showed, beside what it should show. */
export type Outcome = {
  readonly name: string;
  /** The figure, a ratio or a time. */
  readonly figure: number;
  readonly unit: 'ratio' | 'MB' | 'ms';
  readonly goal: { readonly atLeast: number } | { readonly atMost: number };
  /** The figures that it was made of. */
  readonly made: Readonly<Record<string, number>>;
};

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

export function quantileOf(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
