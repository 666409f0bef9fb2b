import { get, LoggedOut, logOut } from './api.js';
import { auditPage } from './audit.js';
import { benchPage } from './bench.js';
import { el } from './dom.js';
import { loginPage } from './login.js';
import { nowPage } from './now.js';
import { radarPage } from './radar.js';
import { rulesPage } from './rules.js';
import { whyPage } from './why.js';

const main = document.getElementById('main');
const nav = document.querySelector('nav');
const logout = document.getElementById('logout');
const PAGES = {
  now: nowPage,
  why: whyPage,
  bench: benchPage,
  audit: auditPage,
  radar: radarPage,
  rules: rulesPage,
};

/** A page that no link of the navigation has, and the one that leads to it. */
const PARENTS = { why: 'now' };

/** Ends what the page that is left had begun. */
let leave = () => {};

async function show(moved) {
  leave();
  const [, , name = '', ...rest] = location.pathname.split('/');
  const page = PAGES[name] ?? nowPage;
  for (const link of nav.querySelectorAll('a')) {
    const [, , own] = new URL(link.href).pathname.split('/');
    if (own === (name || 'now')) link.setAttribute('aria-current', 'page');
    else if (own === PARENTS[name]) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
  try {
    await get('session');
    nav.hidden = false;
    logout.hidden = false;
    const ended = new AbortController();
    leave = () => ended.abort();
    const content = await page(decodeURIComponent(rest.join('/')), ended.signal);
    main.replaceChildren(...content);
  } catch (fault) {
    if (fault instanceof LoggedOut) showLogin();
    else main.replaceChildren(el('h1', {}, 'It cannot be shown'), el('p', { role: 'alert' }, fault.message));
  }
  const heading = main.querySelector('h1')?.textContent ?? 'countersign';
  document.title = `${heading} · countersign console`;
  if (moved) main.focus();
}

function showLogin() {
  nav.hidden = true;
  logout.hidden = true;
  main.replaceChildren(...loginPage(() => show(true)));
  main.querySelector('input')?.focus();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/console/"]');
  if (
    !link ||
    link.hasAttribute('download') ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.button !== 0
  )
    return;
  if (link.pathname.startsWith('/console/api/')) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show(true);
});
addEventListener('popstate', () => show(true));
logout.addEventListener('click', async () => {
  await logOut();
  showLogin();
});
show(false);
