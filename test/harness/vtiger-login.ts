import { createHash, randomBytes } from 'node:crypto';
import { Died, VtigerError } from './vtiger-errors.ts';
import { mysqlEquals } from './vtiger-mysql.ts';
import type { Call } from './vtiger-operations.ts';
import type { User, VtigerState } from './vtiger-state.ts';

const VERSIONS = { version: '0.22', vtigerVersion: '8.0.0' };
const TOKEN_SECONDS = 300;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The newest token counts, until it expires, for as many logins as one likes. */
export function challenge({ input, state }: Call): unknown {
  const user = userNamed(text(input('username')), state);
  if (!user) throw new VtigerError('ACCESS_DENIED', 'username does not exists');
  const token = randomBytes(7).toString('hex').slice(1);
  const { now } = state.clock;
  state.tokens.set(user, { token, expiresAt: now + TOKEN_SECONDS });
  return { token, serverTime: now, expireTime: now + TOKEN_SECONDS };
}

/** By the MD5 of token and access key. Each login is a session more; older ones live on. */
export function login({ input, state }: Call): unknown {
  const user = userNamed(text(input('username')), state);
  const found = user && state.tokens.get(user);
  if (!user || !found || found.expiresAt < state.clock.now)
    throw new VtigerError('INVALID_AUTH_TOKEN', 'Specified token is invalid or expired');
  if (
    createHash('md5')
      .update(found.token + user.accessKey)
      .digest('hex') !== input('accessKey')
  )
    throw new VtigerError('INVALID_USER_CREDENTIALS', 'Invalid username or password');
  const sessionName = newSession(state);
  state.sessions.set(sessionName, { webservice: user });
  return {
    username: user.name,
    first_name: '',
    last_name: user.lastName,
    email: user.email,
    time_zone: 'UTC',
    hour_format: user.hourFormat,
    date_format: 'yyyy-mm-dd',
    is_admin: user.isAdmin ? 'on' : 'off',
    call_duration: '5',
    other_event_duration: '5',
    sessionName,
    userId: `19x${user.id}`,
    ...VERSIONS,
  };
}

/** Makes a session of the user interface one of the API, too. */
export function extend({ session: sessionName, state }: Call): unknown {
  const session = state.sessions.get(sessionName);
  const user = session?.webservice ?? session?.interface;
  if (!session || !user) throw new VtigerError('AUTHENTICATION_FAILURE', 'Authencation Failed');
  session.webservice = user;
  return { sessionName, userId: `19x${user.id}`, ...VERSIONS };
}

/** Of the session that the body names; one that stands in the address is not its own. */
export function logout({ input, session, state }: Call): unknown {
  if (input('sessionName') === null)
    throw new VtigerError('OPERATION_NOT_SUPPORTED', 'Permission to perform the operation is denied');
  state.sessions.delete(session);
  return { message: 'successfull' };
}

/** 8.0.0 does not find a file of its own, whatever is asked. */
export function changePassword(): never {
  throw new Died('Sorry! Attempt to access restricted file.');
}

/** Who is logged in at `webservice.php`. The ends that sessions have are looked at once, and ended ones are gone. */
export function callerOf(name: string, { sessions, clock }: VtigerState): User | undefined {
  const session = sessions.get(name);
  if (!session) return undefined;
  const { expiresAt = clock.now, idleAt = clock.now } = session;
  if (expiresAt < clock.now || idleAt < clock.now) sessions.delete(name);
  if (expiresAt < clock.now)
    throw new VtigerError('SESSION_EXPIRED', 'Session has life span over please login again');
  if (idleAt < clock.now)
    throw new VtigerError('SESSION_LEFT_IDLE', 'Session has been invalidated to due lack activity');
  return session.webservice;
}

/** A name for a session, of a length as PHP makes it. */
export function newSession({ sessions }: VtigerState): string {
  const name = randomBytes(11).toString('hex').slice(1);
  sessions.set(name, {});
  return name;
}

/** The user of a name, as the database compares names. */
export function userNamed(name: string, { users }: VtigerState): User | undefined {
  return users.find((user) => mysqlEquals(user.name, name));
}
