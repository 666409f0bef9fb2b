/** On which terms a request is taken: decided once, where it is known which way it goes. */
export type Terms = {
  /** `shadow`: what would be refused unjudged is reported, and goes on. */
  readonly mode: 'enforce' | 'shadow';
  /** Reads, and writes, that no module maps. */
  readonly unmappedReads: 'refuse' | 'forward';
  readonly unmappedWrites: 'refuse' | 'forward';
};
