import { createHash, randomBytes } from 'node:crypto';
import type { Input, VtigerState } from './vtiger-operations.ts';
import { VtigerError } from './vtiger-records.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The newest token counts, until it expires, for as many logins as one likes. */
export function challenge(input: Input, state: VtigerState): unknown {
  const user = text(input('username'));
  if (!state.users[user]) throw new VtigerError('ACCESS_DENIED', 'username does not exists');
  const token = randomBytes(7).toString('hex');
  state.tokens.set(user, token);
  return { token, serverTime: 1795236593, expireTime: 1795236893 };
}

export function login(input: Input, state: VtigerState): unknown {
  const user = text(input('username'));
  const token = state.tokens.get(user);
  if (token === undefined)
    throw new VtigerError('INVALID_AUTH_TOKEN', 'Specified token is invalid or expired');
  if (
    createHash('md5')
      .update(token + state.users[user])
      .digest('hex') !== input('accessKey')
  )
    throw new VtigerError('INVALID_USER_CREDENTIALS', 'Invalid username or password');
  const sessionName = randomBytes(13).toString('hex');
  state.sessions.set(sessionName, { user });
  return { sessionName, userId: '19x1', version: '0.22', vtigerVersion: '8.0.0', username: user };
}
