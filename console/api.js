/** Thrown where the session is over: the page shows the log-in form. */
export class LoggedOut extends Error {}

/** Asks the API; gives what it answered as JSON. */
export async function get(path, query = {}) {
  const search = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== '' && value !== undefined),
  );
  const response = await fetch(`/console/api/${path}${search.size > 0 ? `?${search}` : ''}`, {
    headers: { accept: 'application/json' },
  });
  return read(response);
}

/** The one thing that acts: it judges, and changes nothing. */
export async function judge(body) {
  const { csrf } = await get('session');
  const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
  return read(await fetch('/console/api/bench', { method: 'POST', headers, body: JSON.stringify(body) }));
}

/** Whether the token was taken; the text says why not. */
export async function logIn(token) {
  const response = await fetch('/console/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (response.status === 204) return undefined;
  return response.status === 429 ? 'Too many wrong tokens. Wait a minute.' : 'The token is wrong.';
}

export const logOut = () => fetch('/console/logout', { method: 'POST' });

async function read(response) {
  if (response.status === 401) throw new LoggedOut();
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.status ?? `the gateway answered ${response.status}`);
  return answer;
}
