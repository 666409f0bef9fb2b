import type { Said } from './stand-in.ts';
import { decodeByHand, decodeNatively } from './vtiger-decoder.ts';
import { Died, Fatal, VtigerError } from './vtiger-errors.ts';
import { callerOf } from './vtiger-login.ts';
import { mysqlEquals } from './vtiger-mysql.ts';
import { OPERATIONS, type Operation } from './vtiger-operations.ts';
import { type PhpValue, textIn } from './vtiger-php.ts';
import type { PhpRequest, VtigerOptions } from './vtiger-request.ts';
import { answered, told, type User, type VtigerState } from './vtiger-state.ts';

/** `webservice.php`: one address, the operation as a parameter, an envelope with status 200 unless PHP ends by itself. */
export function serveWebservice(request: PhpRequest, state: VtigerState, options: VtigerOptions): Said {
  const { all, get, post, files } = request;
  const found = operationIn(all.get('operation') ?? '', all.get('format') ?? 'json');
  if (!found) return told(500);
  const [name, operation] = found;
  try {
    const session = sessionIn(name, request);
    if (!operation.beforeLogin && session === '')
      throw new VtigerError('AUTHENTICATION_REQUIRED', 'Authencation required');
    const user = operation.beforeLogin ? undefined : callerOf(session, state);
    if (!operation.beforeLogin && !user)
      throw new VtigerError('INVALID_SESSIONID', 'Session Identifier provided is Invalid');
    if (operation.failsOnPhp8 && !options.positional) return told(500);
    const own = operation.method === 'GET' ? get : post;
    const input = (parameter: string) =>
      inputOf(own.get(parameter), operation.encoded?.includes(parameter) ?? false, options);
    const call = { input, state, user: user ?? NOBODY, session, files };
    return answered(200, { success: true, result: operation.run(call) });
  } catch (error) {
    if (error instanceof Died) return told(200, error.message);
    if (error instanceof Fatal) return told(500, error.message);
    if (!(error instanceof VtigerError)) throw error;
    return answered(200, { success: false, error: { message: error.message, code: error.code } });
  }
}

const NOBODY: User = {
  id: 0,
  name: '',
  lastName: '',
  email: '',
  hourFormat: '',
  isAdmin: false,
  accessKey: '',
};

/** PHP makes ASCII small, and the database compares. An operation that nobody knows ends PHP outside of its `try`. */
function operationIn(name: PhpValue, format: PhpValue): readonly [string, Operation] | undefined {
  if (typeof name !== 'string' || typeof format !== 'string' || format.toLowerCase() !== 'json')
    return undefined;
  const wanted = textIn(name)?.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return Object.entries(OPERATIONS).find(([known]) => wanted !== undefined && mysqlEquals(wanted, known));
}

/** `sessionName`; an `extendsession` that is called in the body takes the cookie of the user interface before it. */
function sessionIn(operation: string, { all, post, cookies }: PhpRequest): string {
  const own = all.get('sessionName');
  const isExtending = operation === 'extendsession';
  if (isExtending && !post.has('operation'))
    throw new VtigerError('AUTHENTICATION_REQUIRED', 'Authencation required');
  const session = isExtending ? (cookies.get('PHPSESSID') ?? own) : own;
  return typeof session === 'string' && session.toLowerCase() !== 'null' ? session : '';
}

function inputOf(value: PhpValue | undefined, encoded: boolean, { decoder }: VtigerOptions): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'string') throw new Fatal('');
  if (!encoded) return textIn(value) ?? value;
  return decoder === '8.4' ? decodeByHand(value) : decodeNatively(value);
}
