import type { Said } from './stand-in.ts';
import { decodeNatively } from './vtiger-decoder.ts';
import { Fatal, VtigerError } from './vtiger-errors.ts';
import { newSession, userNamed } from './vtiger-login.ts';
import { fetchRecord, saveRecord } from './vtiger-mobile-record.ts';
import { textIn } from './vtiger-php.ts';
import { type Values, valuesOf } from './vtiger-records.ts';
import type { PhpRequest, VtigerOptions } from './vtiger-request.ts';
import { answered, PASSWORD, told, type User, type VtigerState } from './vtiger-state.ts';

const JSON_TYPE = 'text/json;charset=UTF-8';

type Operation = (values: Values, user: User, state: VtigerState) => unknown;
const OPERATIONS: Readonly<Record<string, Operation>> = {
  saveRecord: ({ module: type, record = null, values = null }, user, state) =>
    saveRecord({ module: type, record, values: decoded(values) }, user, state),
  fetchRecord: ({ record }, user, state) => fetchRecord(record, user, state),
};

/** `modules/Mobile/api.php`, the door of the mobile app: parameters of a form or in JSON, whatever the method, a session of its own. */
export function serveMobile(request: PhpRequest, state: VtigerState, options: VtigerOptions): Said {
  const values = parametersOf(request);
  const name = String(values['_operation'] ?? '');
  const operation = OPERATIONS[name];
  if (!operation && name !== 'login') return failed(1404, `Operation not found: ${name}`);
  if (!options.positional) return told(500, '', JSON_TYPE);
  if (!operation) return login(values, state);
  const session = String(values['_session'] ?? '');
  const said = run(operation, values, state.sessions.get(session)?.mobile, state);
  return { ...said, headers: { ...said.headers, 'set-cookie': `PHPSESSID=${session}; path=/` } };
}

/** `modules/Mobile/index.php`: the app itself, a page. It takes no operations. */
export function serveMobilePage(_request: PhpRequest, state: VtigerState): Said {
  const said = told(200, '\n<!doctype html>\n<html ng-app="mobileapp">', 'text/html;charset=utf-8');
  return { ...said, headers: { ...said.headers, 'set-cookie': `PHPSESSID=${newSession(state)}; path=/` } };
}

/** JSON wherever the media type speaks of it, with any method; else the form. Never the address. */
function parametersOf({ header, input, post }: PhpRequest): Values {
  if (/application\/json/i.test(header('content-type') ?? ''))
    return valuesOf(decodeNatively(input.toString('latin1')));
  const texts = [...post].map(
    ([name, value]) => [name, typeof value === 'string' ? (textIn(value) ?? value) : value] as const,
  );
  return Object.fromEntries(texts);
}

function decoded(values: unknown): unknown {
  return typeof values === 'string' ? decodeNatively(Buffer.from(values).toString('latin1')) : values;
}

function login({ username, password }: Values, state: VtigerState): Said {
  const user = userNamed(String(username), state);
  if (!user || password !== PASSWORD) return failed(1210, 'Authentication Failed');
  const session = newSession(state);
  state.sessions.set(session, { mobile: user });
  const result = {
    userid: String(user.id),
    crm_tz: 'UTC',
    user_tz: 'UTC',
    user_currency: 'EUR',
    session,
    vtiger_version: '8.0.0',
    date_format: 'yyyy-mm-dd',
    mobile_module_version: '2.0',
  };
  const said = answered(200, { success: true, result: { login: result } }, JSON_TYPE);
  return { ...said, headers: { ...said.headers, 'set-cookie': `PHPSESSID=${session}; path=/` } };
}

function run(operation: Operation, values: Values, user: User | undefined, state: VtigerState): Said {
  if (!user) return failed(1501, 'Login required');
  try {
    return answered(200, { success: true, result: operation(values, user, state) }, JSON_TYPE);
  } catch (error) {
    if (error instanceof Fatal) return told(500, error.message, JSON_TYPE);
    if (error instanceof VtigerError) return failed(error.code, error.message);
    throw error;
  }
}

function failed(code: string | number, message: string): Said {
  return answered(200, { success: false, error: { code, message } }, JSON_TYPE);
}
