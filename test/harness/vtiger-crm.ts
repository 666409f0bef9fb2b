import { type Asked, type Said, startStandIn } from './stand-in.ts';
import { serveInterface } from './vtiger-interface.ts';
import { serveMobile, serveMobilePage } from './vtiger-mobile.ts';
import { type PhpRequest, phpRequestOf, type VtigerOptions } from './vtiger-request.ts';
import { seeded } from './vtiger-seed.ts';
import { told, type VtigerCrm, type VtigerState, withState } from './vtiger-state.ts';
import { serveWebservice } from './vtiger-webservice.ts';

export type { VtigerOptions } from './vtiger-request.ts';

type Script = (request: PhpRequest, state: VtigerState, options: VtigerOptions) => Said;

/** The doors of an installation: whatever one of them stores, all of them show. */
const SCRIPTS: Readonly<Record<string, Script>> = {
  '/webservice.php': serveWebservice,
  '/index.php': serveInterface,
  '/modules/Mobile/api.php': serveMobile,
  '/modules/Mobile/index.php': serveMobilePage,
};

/**
 * A stand-in for Vtiger 8.0.0 behind Apache, which answers as a running one was recorded to. Several may have one state: the same
 * installation under other settings of PHP.
 */
export async function startVtiger(
  options: VtigerOptions = {},
  state: VtigerState = seeded(),
): Promise<VtigerCrm> {
  return withState(await startStandIn((asked) => serve(asked, state, options)), state);
}

function serve(asked: Asked, state: VtigerState, options: VtigerOptions): Said {
  const target = asked.path.replace(/^https?:\/\/[^/]*/i, '');
  const [path = '', ...query] = target.split('?');
  if (path.includes('#')) return told(400, BAD_REQUEST, APACHE);
  const script = scriptAt(path);
  if (!script) return told(404, NOT_FOUND, APACHE);
  return script(phpRequestOf(asked, query.join('?'), options), state, options);
}

/** How Apache on Linux finds a script, with whatever stands behind its name. */
function scriptAt(path: string): Script | undefined {
  if (/%2f|%00|%20$/i.test(path)) return undefined;
  const { pathname } = new URL(decodeURIComponent(path).replace(/\/{2,}/g, '/'), 'http://x');
  const found = Object.entries(SCRIPTS).find(
    ([name]) => pathname === name || pathname.startsWith(`${name}/`),
  );
  return found?.[1];
}

const APACHE = 'text/html; charset=iso-8859-1';
const DOCTYPE = '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">';
const pageOf = (title: string, name: string, text: string) =>
  `${DOCTYPE}\n<html><head>\n<title>${title}</title>\n</head><body>\n<h1>${name}</h1>\n<p>${text}</p>\n</body></html>\n`;
const NOT_FOUND = pageOf('404 Not Found', 'Not Found', 'The requested URL was not found on this server.');
const BAD_REQUEST = pageOf(
  '400 Bad Request',
  'Bad Request',
  'Your browser sent a request that this server could not understand.<br />\n',
);
