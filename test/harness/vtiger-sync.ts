import { randomBytes } from 'node:crypto';
import { VtigerError } from './vtiger-errors.ts';
import type { Call } from './vtiger-operations.ts';
import { change, create, find, moduleNamed, shown, type Values, valuesOf } from './vtiger-records.ts';
import { timeOf } from './vtiger-state.ts';

/** A program that keeps records of its own beside Vtiger's: which of them are which, and when it changed them last. */
export type Sync = {
  readonly source: string;
  readonly records: Map<string, { readonly id: string; modifiedTime: string }>;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `wsapp_register`. Anybody who is logged in may. */
export function register({ input, state }: Call): unknown {
  const source = text(input('type'));
  if (source === '') throw new VtigerError('WSAPP01', 'No type specified');
  if (!['user', 'app', 'userandgroup'].includes(text(input('synctype')).toLowerCase()))
    throw new VtigerError('WSAPP05', 'Wrong sync type specified');
  const key = randomBytes(7).toString('hex').slice(1);
  state.syncs.set(key, { source: source.toUpperCase(), records: new Map() });
  return { key };
}

/** `wsapp_map`, as Outlook's handler reads it: a list of `mode`, `clientid` and `values`. What is written otherwise maps nothing. */
export function map(call: Call): null {
  const { records } = syncOf(call);
  for (const entry of Object.values(valuesOf(call.input('element')))) {
    const { mode, clientid, values } = valuesOf(entry ?? null);
    const { serverid, modifiedtime } = valuesOf(values ?? null);
    if (mode === 'create')
      records.set(String(clientid), { id: text(serverid), modifiedTime: text(modifiedtime) });
    if (mode === 'delete') records.delete(String(clientid));
  }
  return null;
}

/**
 * `wsapp_put`: a bulk save under ids of the caller's own. A record that is mapped is revised if its `utclastmodifiedtime` is later
 * than what was mapped (Outlook's handler reads no other time), and deleted if it has no values; else one is created.
 */
export function put(call: Call): unknown {
  const { input, state, user } = call;
  const { source, records } = syncOf(call);
  const done = { created: [] as unknown[], updated: [] as unknown[], deleted: [] as string[] };
  for (const entry of Object.values(valuesOf(input('element')))) {
    const { id: own, module: type, values } = valuesOf(entry);
    const client = String(own ?? '');
    if (client === '') continue;
    const given = valuesOf(values ?? null);
    const time = text(given['utclastmodifiedtime']);
    const known = records.get(client);
    if (known && Object.keys(given).length === 0) {
      state.records.delete(find(known.id, state).number);
      records.delete(client);
      done.deleted.push(client);
      continue;
    }
    if (known && known.modifiedTime >= time) continue;
    const found = known ? find(known.id, state) : undefined;
    const saving = { user, source, decodes: found !== undefined, whole: found === undefined };
    if (found) change(found, given, saving, state);
    const saved = found ?? create(text(type), filled(text(type), given, call), saving, state);
    records.set(client, { id: saved.id, modifiedTime: time });
    const answer = { ...shown(saved, user, state), id: client, modifiedtime: time === '' ? null : time };
    const behind = { _id: saved.id, _modifiedtime: timeOf(state) };
    (found ? done.updated : done.created).push({ ...answer, ...behind });
  }
  return done;
}

/** What has to be there and is not: the first value of a list, question marks, the caller. */
function filled(type: string, values: Values, { state, user }: Call): Values {
  const whole: Record<string, unknown> = { ...values };
  for (const { name, type: kind, mandatory } of moduleNamed(type, state).fields) {
    if (!mandatory || whole[name]) continue;
    const [first] = (kind['picklistValues'] ?? []) as readonly { readonly value: string }[];
    whole[name] = kind.name === 'owner' ? `19x${user.id}` : (first?.value ?? '?????');
  }
  return whole;
}

function syncOf({ input, state }: Call): Sync {
  const sync = state.syncs.get(text(input('key')));
  if (!sync) throw new VtigerError('WSAPP04', 'Access restricted to app');
  return sync;
}

/** `sync`: what changed since a time. It reads. By the source; only its failure on PHP 8 could be recorded. */
export function sync({ input, state, user }: Call): unknown {
  const definition = moduleNamed(text(input('elementType')), state);
  const updated = [...state.records]
    .filter(([, record]) => record.module === definition.name)
    .map(([number, record]) => shown({ id: `${definition.prefix}x${number}`, number, record }, user, state));
  return { updated, deleted: [], more: false, lastModifiedTime: state.clock.now };
}
