import { type Asked, type Said, startStandIn } from './stand-in.ts';
import { Fatal, VtigerError } from './vtiger-errors.ts';
import { OPERATIONS } from './vtiger-operations.ts';
import { readForm, readPairs, textIn } from './vtiger-php.ts';
import { seeded } from './vtiger-seed.ts';
import { ACCESS_KEY, answered, told, type VtigerCrm, type VtigerState, withState } from './vtiger-state.ts';

const BASE = '/restapi/v1/vtiger/default/';
const BASIC = `Basic ${Buffer.from(`admin:${ACCESS_KEY}`).toString('base64')}`;

/** A stand-in for the REST API of Vtiger's cloud, by its manual and its clients: nobody could watch a real one. */
export async function startVtigerCloud(): Promise<VtigerCrm> {
  const state = seeded();
  return withState(await startStandIn((asked) => serve(asked, state)), state);
}

function serve(asked: Asked, state: VtigerState): Said {
  if (asked.header('authorization') !== BASIC) return answered(401, { success: false });
  const name = asked.pathname.startsWith(BASE) ? asked.pathname.slice(BASE.length) : '';
  const operation = name === 'login' ? undefined : OPERATIONS[name];
  const input = inputOf(asked);
  try {
    if (name === 'me') return answered(200, { success: true, result: { id: '19x1' } });
    if (name === 'reopen')
      return answered(200, { success: true, result: reopen(String(input('id')), state) });
    if (!operation || operation.beforeLogin) return answered(404, { success: false });
    const [user] = state.users;
    if (!user) return answered(401, { success: false });
    const result = operation.run({ input, state, user, session: '', files: [] });
    return answered(200, { success: true, result });
  } catch (error) {
    if (error instanceof Fatal) return told(500, error.message);
    if (!(error instanceof VtigerError)) throw error;
    return answered(400, { success: false, error: { code: error.code, message: error.message } });
  }
}

/** From the address of a GET; from a form or a JSON body else, `element` as a text or as it is. */
function inputOf(asked: Asked): (name: string) => unknown {
  const type = asked.header('content-type') ?? '';
  const form =
    asked.method === 'GET' ? readPairs(asked.path.split('?')[1] ?? '') : readForm(type, asked.body).fields;
  return (name) => {
    const entry = form.get(name);
    const value = /json/.test(type) ? asked.json[name] : typeof entry === 'string' ? textIn(entry) : entry;
    if (name !== 'element' || typeof value !== 'string') return value ?? null;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return null;
    }
  };
}

function reopen(id: string, { records }: VtigerState): unknown {
  const record = records.get(Number(id.split('x')[1]));
  if (!record) throw new VtigerError('ACCESS_DENIED', 'Permission to perform the operation is denied');
  record.fields['ticketstatus'] = 'Open';
  return { ...record.fields, id };
}
