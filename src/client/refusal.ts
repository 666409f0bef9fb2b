import { type RuleRow, SLUGS, type Slug } from '../contract.ts';
import { CountersignError } from './error.ts';

/** A refusal as it was answered, in whatever envelope. */
export type Refusal = {
  readonly slug: Slug;
  readonly rules: readonly RuleRow[];
  readonly detail: string;
  readonly retryAfter: number | undefined;
  readonly response: Response;
};

/** Newer gateways may refuse codes for reasons that are not known here. */
const isSlug = (text: string | null): text is Slug =>
  text !== null && (SLUGS.includes(text as Slug) || text.startsWith('otp-'));

/** The gateway's refusal in an answer; undefined where the answer is the CRM's own. The body of the answer stays unread. */
export async function refusalIn(response: Response): Promise<Refusal | undefined> {
  const slug = response.headers.get('OTPRULES-Result');
  if (!isSlug(slug)) return undefined;
  const body = await response
    .clone()
    .json()
    .catch(() => undefined);
  const problem = problemIn(body);
  const seconds = Number(response.headers.get('Retry-After') ?? problem?.['retry_after'] ?? Number.NaN);
  return {
    slug,
    rules: (problem?.['rules'] as readonly RuleRow[] | undefined) ?? [],
    detail: String(problem?.['detail'] ?? problem?.['message'] ?? ''),
    retryAfter: Number.isFinite(seconds) ? seconds : undefined,
    response,
  };
}

/** The refusal as an error. */
export function errorOf(refusal: Refusal, gaveUp = false): CountersignError {
  return new CountersignError(refusal, refusal.detail, gaveUp);
}

type Members = Readonly<Record<string, unknown>>;

/** The object that has `rules`, wherever the envelope of a CRM puts it: at the top, in `error`, in the first entry of a list. */
function problemIn(value: unknown, depth = 0): Members | undefined {
  if (typeof value !== 'object' || value === null || depth > 4) return undefined;
  const members = value as Members;
  if (Array.isArray(members['rules'])) return members;
  for (const inner of [
    members['error'],
    members['data'],
    members['errors'],
    members[0],
    members['extensions'],
  ]) {
    const found = problemIn(inner, depth + 1);
    if (found) return { detail: members['message'], ...found };
  }
  return depth === 0 ? members : undefined;
}
