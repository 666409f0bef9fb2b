/** On which terms a request is taken: decided once, where it is known which way it goes. */
export type Terms = {
  /** `shadow`: what would be refused unjudged is reported, and goes on. */
  readonly mode: 'enforce' | 'shadow';
  /** Writes that no module maps. */
  readonly unmappedWrites: 'refuse' | 'forward';
};
