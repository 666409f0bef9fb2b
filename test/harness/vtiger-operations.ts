import { convertLead } from './vtiger-lead.ts';
import { challenge, changePassword, extend, login, logout } from './vtiger-login.ts';
import { fetchRecord, saveRecord } from './vtiger-mobile-record.ts';
import { describeModule, listTypes } from './vtiger-modules.ts';
import { query } from './vtiger-query.ts';
import {
  change,
  create,
  find,
  moduleNamed,
  refuseReaders,
  type Saving,
  shown,
  valuesOf,
} from './vtiger-records.ts';
import type { User, VtigerState } from './vtiger-state.ts';
import { map, put, register, sync } from './vtiger-sync.ts';

/** A parameter by its name, decoded; null where it is not there. */
export type Input = (name: string) => unknown;
/** A call of an operation: its own parameters, and who calls. */
export type Call = {
  readonly input: Input;
  readonly state: VtigerState;
  readonly user: User;
  readonly session: string;
  readonly files: readonly string[];
};

/** A row of `vtiger_ws_operation`, with what it runs. */
export type Operation = {
  readonly method: 'GET' | 'POST';
  readonly beforeLogin?: boolean;
  /** Parameters that are JSON. */
  readonly encoded?: readonly string[];
  /** Whether its parameters are named otherwise than the arguments, or it calls what is not static: PHP 8 fails before it runs. */
  readonly failsOnPhp8?: boolean;
  readonly run: (call: Call) => unknown;
};

/** The operations that the stand-in has, as `vtiger_ws_operation` has them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  getchallenge: { method: 'GET', beforeLogin: true, run: challenge },
  login: { method: 'POST', beforeLogin: true, run: login },
  extendsession: { method: 'POST', beforeLogin: true, run: extend },
  logout: { method: 'POST', failsOnPhp8: true, run: logout },
  changepassword: { method: 'POST', run: changePassword },
  listtypes: { method: 'GET', run: ({ state }) => listTypes(state.modules) },
  describe: {
    method: 'GET',
    run: ({ input, state }) => describeModule(moduleNamed(text(input('elementType')), state)),
  },
  retrieve: {
    method: 'GET',
    run: ({ input, state, user }) => shown(find(input('id'), state), user, state),
  },
  query: {
    method: 'GET',
    run: ({ input, state, user }) => query(text(input('query')), user, state),
  },
  create: {
    method: 'POST',
    encoded: ['element'],
    run(call) {
      const { input, state, user } = call;
      const type = text(input('elementType'));
      const how = savingOf(call, { decodes: false, whole: true });
      return shown(create(type, valuesOf(input('element')), how, state), user, state);
    },
  },
  update: { method: 'POST', encoded: ['element'], run: saving({ decodes: false, whole: true }) },
  revise: { method: 'POST', encoded: ['element'], run: saving({ decodes: true, whole: false }) },
  delete: {
    method: 'POST',
    run({ input, state, user }) {
      const { number } = find(input('id'), state);
      refuseReaders(user);
      state.records.delete(number);
      return { status: 'successful' };
    },
  },
  add_related: {
    method: 'POST',
    run({ input, state }) {
      const [source, related] = [find(input('sourceRecordId'), state), find(input('relatedRecordId'), state)];
      state.relations.add(`${source.number}-${related.number}`);
      return { message: 'successfull' };
    },
  },
  convertlead: { method: 'POST', encoded: ['element'], failsOnPhp8: true, run: convertLead },
  sync: { method: 'GET', failsOnPhp8: true, run: sync },
  wsapp_register: { method: 'POST', failsOnPhp8: true, run: register },
  wsapp_map: { method: 'POST', encoded: ['element'], failsOnPhp8: true, run: map },
  wsapp_put: { method: 'POST', encoded: ['element'], failsOnPhp8: true, run: put },
  'mobile.fetchrecord': {
    method: 'POST',
    failsOnPhp8: true,
    run: ({ input, state, user }) => fetchRecord(input('record'), user, state),
  },
  'mobile.saverecord': {
    method: 'POST',
    encoded: ['values'],
    failsOnPhp8: true,
    run: ({ input, state, user }) =>
      saveRecord({ module: input('module'), record: input('record'), values: input('values') }, user, state),
  },
};

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function saving(how: { readonly decodes: boolean; readonly whole: boolean }): Operation['run'] {
  return (call) => {
    const { input, state, user } = call;
    const values = valuesOf(input('element'));
    const found = find(values['id'], state);
    change(found, values, savingOf(call, how), state);
    return shown(found, user, state);
  };
}

function savingOf({ user, files }: Call, how: Pick<Saving, 'decodes' | 'whole'>): Saving {
  return { user, files, ...how };
}
