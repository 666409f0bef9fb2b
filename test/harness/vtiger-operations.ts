import { challenge, login } from './vtiger-login.ts';
import { mysqlNumber } from './vtiger-php.ts';
import { query } from './vtiger-query.ts';
import {
  assign,
  denied,
  Fatal,
  type Fields,
  type FoundRecord,
  MODULES,
  shown,
  VtigerError,
  type VtigerRecord,
} from './vtiger-records.ts';

export type Session = { readonly user: string };

/** What a stand-in has: records by number, sessions by name. */
export type VtigerState = {
  readonly records: Map<number, VtigerRecord>;
  readonly sessions: Map<string, Session>;
  readonly tokens: Map<string, string>;
  /** Access keys by user. `limited` may read only. */
  readonly users: Readonly<Record<string, string>>;
  /** Whether PHP takes positional arguments, so that `logout`, `mobile.saverecord` and `wsapp_put` do not fail. */
  readonly positional: boolean;
};

export type Input = (name: string) => unknown;
export type Operation = {
  readonly method: 'GET' | 'POST';
  readonly beforeLogin?: boolean;
  /** Parameters that are JSON. */
  readonly encoded?: readonly string[];
  readonly run: (input: Input, state: VtigerState, session: Session, sessionName: string) => unknown;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The operations that the stand-in has, as `vtiger_ws_operation` has them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  getchallenge: { method: 'GET', beforeLogin: true, run: challenge },
  login: { method: 'POST', beforeLogin: true, run: login },
  extendsession: {
    method: 'POST',
    run: (_input, _state, _session, sessionName) => ({ sessionName, userId: '19x1' }),
  },
  logout: {
    method: 'POST',
    run(input, state, _session, sessionName) {
      if (!state.positional) throw new Fatal('');
      if (input('sessionName') === null)
        throw new VtigerError('OPERATION_NOT_SUPPORTED', 'Operation not supported');
      state.sessions.delete(sessionName);
      return { message: 'successfull' };
    },
  },
  listtypes: { method: 'GET', run: () => ({ types: Object.keys(MODULES) }) },
  describe: {
    method: 'GET',
    run(input) {
      const module = MODULES[text(input('elementType'))];
      if (!module) throw denied();
      return {
        name: input('elementType'),
        idPrefix: String(module.prefix),
        fields: module.fields.map((name) => ({ name })),
      };
    },
  },
  retrieve: { method: 'GET', run: (input, state) => shown(find(input('id'), state)) },
  query: { method: 'GET', run: (input, state) => query(text(input('query')), state) },
  create: {
    method: 'POST',
    encoded: ['element'],
    run(input, state, session) {
      const type = text(input('elementType'));
      if (!MODULES[type]) throw denied();
      if (session.user === 'limited') throw new VtigerError('ACCESS_DENIED', 'Permission to write is denied');
      return create(type, fieldsOf(input('element')), state);
    },
  },
  update: { method: 'POST', encoded: ['element'], run: saving({ decodes: false, whole: true }) },
  revise: { method: 'POST', encoded: ['element'], run: saving({ decodes: true, whole: false }) },
  delete: {
    method: 'POST',
    run(input, state, session) {
      const { number } = find(input('id'), state);
      refuseLimited(session);
      state.records.delete(number);
      return { status: 'successful' };
    },
  },
  add_related: {
    method: 'POST',
    run(input, state) {
      find(input('sourceRecordId'), state);
      find(input('relatedRecordId'), state);
      return { message: 'successfull' };
    },
  },
  'mobile.saverecord': {
    method: 'POST',
    encoded: ['values'],
    run(input, state) {
      if (!state.positional) throw new Fatal('');
      const values = input('values');
      if (values === null || typeof values !== 'object')
        throw new VtigerError(1501, 'Values cannot be empty!');
      if (text(input('record')) === '')
        throw new VtigerError('MANDATORY_FIELDS_MISSING', 'assigned_user_id does not have a value');
      const first = find(input('record'), state);
      const id = 'id' in values ? values.id : input('record');
      const target = find(id, state);
      const whole = { ...first.record.fields, ...(values as Fields) };
      assign(target.record, whole, { decodes: true, whole: true }, existsIn(state));
      return { record: { id } };
    },
  },
  wsapp_put: {
    method: 'POST',
    encoded: ['element'],
    run(input, state) {
      if (!state.positional) throw new Fatal('');
      const list = input('element') as readonly { readonly module: string; readonly values: Fields }[];
      return { created: list.map(({ module, values }) => create(module, values, state)), updated: [] };
    },
  },
};

function saving(how: { readonly decodes: boolean; readonly whole: boolean }): Operation['run'] {
  return (input, state, session) => {
    const fields = fieldsOf(input('element'));
    const found = find(fields['id'], state);
    refuseLimited(session);
    assign(found.record, fields, how, existsIn(state));
    return shown(found);
  };
}

function refuseLimited({ user }: Session): void {
  if (user === 'limited') throw new VtigerError('ACCESS_DENIED', 'Permission to read given object is denied');
}

function fieldsOf(element: unknown): Fields {
  if (typeof element === 'string') throw new Fatal('');
  return typeof element === 'object' && element !== null ? (element as Fields) : {};
}

/** `explode("x")` and columns of numbers: `17x05`, `17abcx5` and `17x5abc` are `17x5`, and the answer repeats what was sent. */
function find(id: unknown, { records }: VtigerState): FoundRecord {
  if (typeof id === 'object' && id !== null) throw new Fatal('');
  const [prefix = '', own] = String(id ?? '').split('x');
  const entry = Object.entries(MODULES).find(([, module]) => module.prefix === mysqlNumber(prefix));
  if (!entry) throw denied(' for id');
  const number = mysqlNumber(own ?? '');
  const record = records.get(number);
  if (own === undefined || !record) throw denied();
  if (record.module !== entry[0]) throw new VtigerError('INVALID_ID_ATTRIBUTE', 'Id specified is incorrect');
  return { id: `${entry[1].prefix}x${own}`, number, record };
}

function existsIn(state: VtigerState): (id: string, prefix: number) => boolean {
  return (id, prefix) => {
    const [own, number = ''] = id.split('x');
    return (
      mysqlNumber(own ?? '') === prefix &&
      MODULES[state.records.get(mysqlNumber(number))?.module ?? '']?.prefix === prefix
    );
  };
}

function create(module: string, values: Fields, state: VtigerState): unknown {
  const number = Math.max(...state.records.keys()) + 1;
  const fields = Object.fromEntries((MODULES[module]?.fields ?? []).map((name) => [name, '']));
  const record = { module, fields };
  try {
    assign(record, values, { decodes: false, whole: true }, existsIn(state));
  } finally {
    if (record.fields['assigned_user_id'] !== '') state.records.set(number, record);
  }
  return shown({ id: `${MODULES[module]?.prefix}x${number}`, number, record });
}
