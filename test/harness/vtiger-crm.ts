import { type Asked, type Said, startStandIn } from './stand-in.ts';
import { OPERATIONS, type VtigerState } from './vtiger-operations.ts';
import {
  mysqlEquals,
  type PhpArray,
  type PhpValue,
  readCookies,
  readPairs,
  readPost,
  textIn,
} from './vtiger-php.ts';
import { Fatal, VtigerError } from './vtiger-records.ts';
import { answered, createState, fatal, type VtigerCrm, withState } from './vtiger-state.ts';

export type VtigerOptions = {
  /** PHP 7's way with arguments: `logout`, `mobile.saverecord` and `wsapp_put` work. */
  readonly positional?: boolean;
  /** PHP without a php.ini: cookies are parameters, and win. */
  readonly cookiesAreParameters?: boolean;
  /** The JSON decoder of 8.4, which undoes `\u` before it parses. */
  readonly decoder?: '8.0' | '8.4';
};

const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** A stand-in for `webservice.php` of Vtiger 8.0.0 behind Apache, which answers as a running one was recorded to. */
export async function startVtiger(options: VtigerOptions = {}): Promise<VtigerCrm> {
  const state = createState(options.positional ?? false);
  return withState(await startStandIn((asked) => serve(asked, state, options)), state);
}

function serve(asked: Asked, state: VtigerState, options: VtigerOptions): Said {
  const { method, body } = asked;
  const target = asked.path.replace(/^https?:\/\/[^/]*/i, '');
  const [path = '', ...query] = target.split('?');
  const status = statusOfPath(path);
  if (status !== 200) return answered(status, '<!DOCTYPE HTML>');
  const get = readPairs(query.join('?'));
  const isPost = method === 'POST' && body.length <= MAX_BODY_BYTES;
  const post = isPost ? readPost(asked.header('content-type') ?? '', body) : (new Map() as PhpArray);
  const cookies = readCookies(asked.header('cookie') ?? '');
  const all = new Map([...get, ...post, ...(options.cookiesAreParameters ? cookies : [])]);
  const name = all.get('operation') ?? '';
  const format = all.get('format') ?? 'json';
  if (typeof name !== 'string' || typeof format !== 'string' || format.toLowerCase() !== 'json')
    return fatal();
  const wanted = textIn(name)?.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const found = Object.entries(OPERATIONS).find(
    ([known]) => wanted !== undefined && mysqlEquals(wanted, known),
  );
  if (!found) return fatal();
  const [known, operation] = found;
  const own = operation.method === 'GET' ? get : post;
  try {
    let session = all.get('sessionName');
    if (known === 'extendsession') {
      if (!post.has('operation')) throw new VtigerError('AUTHENTICATION_REQUIRED', 'Authencation required');
      session = cookies.get('PHPSESSID') ?? session;
      if (session === undefined) throw new VtigerError('AUTHENTICATION_FAILURE', 'Authencation Failed');
    }
    const sessionName = typeof session === 'string' && session.toLowerCase() !== 'null' ? session : '';
    const caller = state.sessions.get(sessionName);
    if (!operation.beforeLogin && sessionName === '')
      throw new VtigerError('AUTHENTICATION_REQUIRED', 'Authencation required');
    if (!operation.beforeLogin && !caller)
      throw new VtigerError('INVALID_SESSIONID', 'Session Identifier provided is Invalid');
    const input = (parameter: string) =>
      inputOf(own.get(parameter), operation.encoded?.includes(parameter) ?? false, options);
    return answered(200, {
      success: true,
      result: operation.run(input, state, caller ?? { user: '' }, sessionName),
    });
  } catch (error) {
    if (error instanceof Fatal) return fatal(error.message);
    if (error instanceof VtigerError)
      return answered(200, { success: false, error: { message: error.message, code: error.code } });
    throw error;
  }
}

function inputOf(value: PhpValue | undefined, encoded: boolean, { decoder }: VtigerOptions): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new Fatal('');
  const text = textIn(value);
  if (!encoded) return text ?? value;
  try {
    return parse(decoder === '8.4' ? unescaped(text ?? '') : (text ?? ''));
  } catch {
    return null;
  }
}

/** `json_decode`: no halves of pairs, and no deeper than 512. */
function parse(text: string): unknown {
  if (/[[{]{512}/.test(text)) throw new SyntaxError('too deep');
  return JSON.parse(text, (_, value) => {
    if (typeof value === 'string' && !value.isWellFormed()) throw new SyntaxError('half of a pair');
    return value as unknown;
  });
}

/** `Zend_Json_Decoder::decodeUnicodeString`, before anything is parsed. */
function unescaped(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** How Apache on Linux finds `webservice.php`. */
function statusOfPath(path: string): number {
  if (path.includes('#')) return 400;
  if (/%2f|%00|%20$/i.test(path)) return 404;
  const { pathname } = new URL(decodeURIComponent(path).replace(/\/{2,}/g, '/'), 'http://x');
  return pathname === '/webservice.php' || pathname.startsWith('/webservice.php/') ? 200 : 404;
}
