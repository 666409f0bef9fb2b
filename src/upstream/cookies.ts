import { canonical, type Headers } from '../core/wire/headers.ts';

/** Which cookies are whose, where several CRMs share one origin. */
export type CookieShare = {
  /** The headers of a caller as one CRM may see them. */
  ofRequest(headers: Headers): Headers;
  /** The headers of that CRM's answer as the caller may see them: it sets no cookie of another. */
  ofAnswer(headers: Headers): Headers;
};

/** The share of the only one. */
export const ALL_COOKIES: CookieShare = {
  ofRequest: (headers) => headers,
  ofAnswer: (headers) => headers,
};

/**
 * The share of one CRM. `own`: the cookies that are declared as its own. `others`: those that are declared for other CRMs. The default one
 * has all that are declared for none.
 * A name that only resembles one of another's is not sent: servers read `session.erp` as `session_erp`.
 */
export function shareCookies(
  own: readonly string[],
  others: readonly string[],
  isDefault: boolean,
): CookieShare {
  const ours = new Set(own);
  const theirs = new Set(others.map(alike));
  const isShared = (name: string) => ours.has(name) || (isDefault && !theirs.has(alike(name)));
  return {
    ofRequest: (headers) =>
      headers.flatMap(([name, value]) => {
        if (canonical(name) !== 'cookie') return [[name, value] as const];
        const kept = value.split(';').filter((pair) => isShared(nameIn(pair)));
        return kept.length === 0 ? [] : [[name, kept.join(';').trim()] as const];
      }),
    ofAnswer: (headers) =>
      headers.filter(([name, value]) => canonical(name) !== 'set-cookie' || isShared(nameIn(value))),
  };
}

const nameIn = (pair: string) => pair.split('=', 1)[0]?.trim() ?? '';
const alike = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '_');
