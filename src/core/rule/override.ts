import type { Criteria } from '../criteria/criteria.ts';
import type { Facts } from '../criteria/facts.ts';
import { fold } from '../likeness/fold.ts';

/** Who may vouch for a save under a rule, and how. */
export type OverridePolicy = {
  /** Whom it takes, by criteria over the caller. */
  readonly by: Criteria;
  /** The opposite: criteria hold in doubt, and who may vouch is in no doubt. */
  readonly notBy: Criteria;
  /** The least letters of a reason. */
  readonly reasonLetters: number;
  /** By one person under one rule, in 24 hours. */
  readonly perDay: number;
  /** Whether the customer is told afterwards. */
  readonly tell: boolean;
};

/** Whether it is certain that the caller may vouch. What is not known of them is no yes. */
export function mayOverride({ by, notBy }: OverridePolicy, facts: Facts): boolean {
  return by.hold(facts) && !notBy.hold(facts);
}

/** How many letters a reason has, whatever stands between them: a run of marks and blanks counts as one. */
export function lettersOf(reason: string): number {
  const words = reason.normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ');
  return [...words.trim()].length;
}

/** Whose name it is, in whatever way it is spelled: many systems let `MIA` in who is `mia`. */
export function personOf(name: string): string {
  return fold(name);
}

/** Whether two names may be those of one person. */
export function isSamePerson(one: string, other: string): boolean {
  return personOf(one) === personOf(other);
}
