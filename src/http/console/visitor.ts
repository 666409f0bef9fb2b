import type { Request } from 'express';
import { bearerIn, equal } from '../request/tokens.ts';
import type { Sessions } from './sessions.ts';
import type { ConsoleSettings } from './settings.ts';

const COOKIE = 'countersign_console';

/** Who asks, by a name of the visit that is the same in each of its requests; undefined where it is nobody who may see anything. */
export function visitorOf(
  request: Request,
  { token, users, origins }: Pick<ConsoleSettings, 'token' | 'users' | 'origins'>,
  sessions: Sessions,
): string | undefined {
  const session = sessionOf(request);
  if (token !== undefined && session !== undefined && sessions.isOpen(session)) return `session ${session}`;
  const bearer = bearerIn(request.headers.authorization);
  if (token !== undefined && bearer !== undefined && equal(bearer, token)) return 'bearer';
  const named =
    users && origins.originOf(request).isFromProxy ? onlyHeaderOf(request, users.header) : undefined;
  return named === undefined ? undefined : `user ${named}`;
}

/** The session that the cookie names. */
export function sessionOf({ headers }: Pick<Request, 'headers'>): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.filter((pair) => pair.startsWith(`${COOKIE}=`));
  return found.length === 1 ? found[0]?.slice(COOKIE.length + 1) : undefined;
}

/** The cookie of a session; without one, what takes it away. */
export function cookieOf(session: string | undefined, isSecure: boolean): string {
  const end = session === undefined ? '; Max-Age=0' : '';
  return `${COOKIE}=${session ?? ''}; HttpOnly; SameSite=Strict; Path=/console${isSecure ? '; Secure' : ''}${end}`;
}

function onlyHeaderOf({ rawHeaders }: Request, wanted: string): string | undefined {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === wanted.toLowerCase(),
  );
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}
