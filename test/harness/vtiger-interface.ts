import { createHash } from 'node:crypto';
import type { Said } from './stand-in.ts';
import { Fatal, VtigerError } from './vtiger-errors.ts';
import { InterfaceError, runAction } from './vtiger-interface-save.ts';
import { newSession, userNamed } from './vtiger-login.ts';
import type { PhpRequest } from './vtiger-request.ts';
import { answered, PASSWORD, told, type VtigerState } from './vtiger-state.ts';

/** `index.php`, the user interface: a session in a cookie, a token against forgery in the body of each POST. */
export function serveInterface(request: PhpRequest, state: VtigerState): Said {
  const { cookies, method, post, all } = request;
  const own = cookies.get('PHPSESSID');
  const session = typeof own === 'string' ? own : newSession(state);
  const said = () => {
    if (method === 'POST' && post.get('__vtrftk') !== tokenOf(session)) return told(200, 'Invalid request');
    if (all.get('module') === 'Users' && all.get('action') === 'Login') return login(request, state);
    const user = state.sessions.get(session)?.interface;
    const name = all.get('action');
    if (!user || name === undefined) return page(session);
    return act(String(name), () => runAction(String(name), request, user, state));
  };
  const answer = said();
  if (own !== undefined) return answer;
  return { ...answer, headers: { 'set-cookie': `PHPSESSID=${session}; path=/`, ...answer.headers } };
}

/** The token of a session, by csrf-magic. It is in every page. */
export function tokenOf(session: string): string {
  return `sid:${createHash('sha1').update(session).digest('hex')}`;
}

function page(session: string): Said {
  const script = `<script>var csrfMagicToken = "${tokenOf(session)}";</script>`;
  return told(200, `<!DOCTYPE html><html><head><title>vtiger</title>${script}</head></html>`);
}

/** A session of another name. An administrator who was never there before is led to the set-up. */
function login({ post }: PhpRequest, state: VtigerState): Said {
  const user = userNamed(String(post.get('username')), state);
  if (!user || post.get('password') !== PASSWORD)
    return found('index.php?module=Users&parent=Settings&view=Login');
  const session = newSession(state);
  state.sessions.set(session, { interface: user });
  const said = found('index.php?module=Users&parent=Settings&view=SystemSetup');
  return { ...said, headers: { ...said.headers, 'set-cookie': `PHPSESSID=${session}; path=/` } };
}

function found(location: string): Said {
  const said = told(302);
  return { ...said, headers: { ...said.headers, location } };
}

function act(name: string, run: () => unknown): Said {
  try {
    const result = run();
    if (name === 'Save') return found(String(result));
    return answered(200, { success: true, result }, 'text/json; charset=UTF-8');
  } catch (error) {
    if (error instanceof Fatal) return told(500, error.message);
    if (error instanceof InterfaceError && error.status !== 200) return told(error.status);
    if (!(error instanceof InterfaceError || error instanceof VtigerError)) throw error;
    const { message } = error;
    const body = { success: false, error: { code: message, message, title: null } };
    return answered(200, body, 'text/json; charset=UTF-8');
  }
}
