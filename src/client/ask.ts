import type { RuleRow, Slug } from '../contract.ts';

/** What a person is asked for: a code for each row. */
export type Challenge = {
  readonly rules: readonly RuleRow[];
  /** The new values that the code confirms, where all rows confirm the same. */
  readonly values: Readonly<Record<string, unknown>> | undefined;
  /** The least of the rows. */
  readonly attemptsRemaining: number | undefined;
  /** Masked; undefined where no code for these values is out. */
  readonly sentTo: string | undefined;
  /** RFC 3339, the earliest of the rows. */
  readonly expiresAt: string | undefined;
  /** Why the code before was not taken. */
  readonly previous: Slug | undefined;
  /** Has a code sent again. Rejects with a `CountersignError` where none can be: `otp-resend-limited`. */
  resend(rule?: string): Promise<RuleRow>;
  /** Aborted with the request. */
  readonly signal: AbortSignal;
};

/**
 * The code of the one row; or codes by rule, `{ 7: … }`, or `{ "7/45": … }` where rows differ by record; `'wait'` where the customer
 * decides on the page; undefined to give up.
 */
export type AskAnswer = string | 'wait' | Readonly<Record<string, string>> | undefined;

/** Asks a person. Called once for all rows that want a code. */
export type Ask = (challenge: Challenge) => AskAnswer | Promise<AskAnswer>;

/** What names a row among others: its rule, and its record where there is one. */
export const nameOf = ({ rule, record }: RuleRow) => (record === undefined ? rule : `${rule}/${record}`);

const earliest = (times: readonly (string | undefined)[]) =>
  times.filter((time) => time !== undefined).sort()[0];

/** The question about these rows. `isOut`: a code for these values was sent; else what the rows say is about another one. */
export function challengeOf(
  rules: readonly RuleRow[],
  isOut: boolean,
  rest: Pick<Challenge, 'previous' | 'resend' | 'signal'>,
): Challenge {
  const attempts = rules.flatMap(({ attempts_remaining: left }) => left ?? []);
  const [values, ...others] = new Set(rules.map((row) => JSON.stringify(row.values)));
  return {
    rules,
    values: values !== undefined && others.length === 0 ? rules[0]?.values : undefined,
    attemptsRemaining: attempts.length > 0 ? Math.min(...attempts) : undefined,
    sentTo: isOut ? rules.find(({ sent_to }) => sent_to !== undefined)?.sent_to : undefined,
    expiresAt: isOut ? earliest(rules.map(({ expires_at }) => expires_at)) : undefined,
    ...rest,
  };
}
