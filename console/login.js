import { logIn } from './api.js';
import { el, field } from './dom.js';

/** The log-in form; `go` is called when somebody is in. */
export function loginPage(go) {
  const token = el('input', {
    type: 'password',
    name: 'token',
    autocomplete: 'current-password',
    required: true,
  });
  const said = el('p', { role: 'alert', class: 'fault' });
  const form = el(
    'form',
    {
      class: 'narrow',
      onsubmit: async (event) => {
        event.preventDefault();
        said.textContent = '';
        const fault = await logIn(token.value).catch(() => 'The gateway does not answer.');
        if (fault === undefined) return go();
        said.textContent = fault;
        token.select();
      },
    },
    field('Token', token),
    el('button', { type: 'submit' }, 'Log in'),
    said,
  );
  return [el('h1', {}, 'Log in'), el('p', {}, 'The token is admin.token of the configuration.'), form];
}
