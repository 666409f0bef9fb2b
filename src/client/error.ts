import type { RuleRow, Slug } from '../contract.ts';

type Refused = {
  readonly slug: Slug;
  readonly rules: readonly RuleRow[];
  readonly retryAfter?: number | undefined;
  readonly response: Response;
};

/** A request that was refused, and that no code can help, or for which nobody gave one. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly slug: Slug;
  readonly rules: readonly RuleRow[];
  /** Seconds to wait before the same request can help. */
  readonly retryAfter?: number;
  /** The answer, its body not read. */
  readonly response: Response;
  /** The person was asked, and gave no code. */
  readonly gaveUp: boolean;

  constructor({ slug, rules, retryAfter, response }: Refused, detail: string, gaveUp = false) {
    super(detail || slug);
    this.slug = slug;
    this.rules = rules;
    if (retryAfter !== undefined) this.retryAfter = retryAfter;
    this.response = response;
    this.gaveUp = gaveUp;
  }
}
