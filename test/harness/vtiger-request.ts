import type { Asked } from './stand-in.ts';
import { type PhpArray, type PhpForm, readCookies, readForm, readPairs, textIn } from './vtiger-php.ts';

/** What PHP, its settings and a later version make of requests. */
export type VtigerOptions = {
  /** PHP 7's way with arguments: `logout`, `convertlead`, `wsapp_put` and all that is mobile do not fail. */
  readonly positional?: boolean;
  /** PHP without a php.ini: cookies are parameters, and win. */
  readonly cookiesAreParameters?: boolean;
  /** The JSON decoder of 8.4, which is written in PHP. */
  readonly decoder?: '8.0' | '8.4';
};

/** A request as a script sees it: `$_GET`, `$_POST`, `$_COOKIE`, `$_REQUEST`, `$_FILES` and `php://input`. */
export type PhpRequest = Omit<PhpForm, 'fields'> & {
  readonly method: string;
  readonly get: PhpArray;
  readonly post: PhpArray;
  readonly cookies: PhpArray;
  readonly all: PhpArray;
  readonly input: Buffer;
  header(name: string): string | undefined;
};

/** `post_max_size`. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** What PHP makes of a request before a script runs. Of a body that is too long, nothing. */
export function phpRequestOf(asked: Asked, query: string, options: VtigerOptions): PhpRequest {
  const { method, body, header } = asked;
  const get = readPairs(query);
  const isForm = method === 'POST' && body.length <= MAX_BODY_BYTES;
  const { fields: post, files } = isForm
    ? readForm(header('content-type') ?? '', body)
    : { fields: new Map() as PhpArray, files: [] };
  const cookies = readCookies(header('cookie') ?? '');
  const all = new Map([...get, ...post, ...(options.cookiesAreParameters ? cookies : [])]);
  return { method, get, post, files, cookies, all, input: body, header };
}

/** A parameter as a text, wherever it stands. */
export function textOf({ all }: PhpRequest, name: string): string | undefined {
  const value = all.get(name);
  return typeof value === 'string' ? (textIn(value) ?? value) : undefined;
}
