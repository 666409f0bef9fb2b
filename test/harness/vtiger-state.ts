import type { Said, StandIn } from './stand-in.ts';
import { type Field, MODULES, type Module } from './vtiger-modules.ts';
import { phpJson } from './vtiger-php.ts';
import type { Sync } from './vtiger-sync.ts';

/** A row of its module: columns as texts. */
export type VtigerRecord = { readonly module: string; readonly fields: Record<string, string> };

/** Somebody who may log in. `limited` may read only, and sees what their profile shows. */
export type User = {
  readonly id: number;
  readonly name: string;
  readonly lastName: string;
  readonly email: string;
  readonly hourFormat: string;
  readonly isAdmin: boolean;
  readonly accessKey: string;
};

/** What PHP keeps of a session: who logged in at which door, and when it ends, where somebody wrote that down. */
export type Session = {
  webservice?: User;
  interface?: User;
  mobile?: User;
  expiresAt?: number;
  idleAt?: number;
};

/** The database, the files of sessions and the clock of an installation, whatever PHP runs on it. */
export type VtigerState = {
  readonly modules: readonly Module[];
  readonly records: Map<number, VtigerRecord>;
  /** Two numbers of records, with `-` between. */
  readonly relations: Set<string>;
  /** The last number of records, attachments included, and of each field that counts. */
  readonly counters: Map<string, number>;
  readonly sessions: Map<string, Session>;
  readonly tokens: Map<User, { readonly token: string; readonly expiresAt: number }>;
  readonly users: readonly User[];
  readonly syncs: Map<string, Sync>;
  /** Seconds since 1970; a test may turn it. */
  readonly clock: { now: number };
};

/** A stand-in for one of Vtiger's APIs. */
export type VtigerCrm = StandIn & {
  readonly port: number;
  readonly state: VtigerState;
  /** The fields of record 5, the ticket that the tests close; empty where it is gone. */
  readonly ticket: Record<string, string>;
  /** The same as it is stored; undefined where it is gone. */
  stored(): Readonly<Record<string, string>> | undefined;
};

/** The administrator's secrets, at `webservice.php` and in a login form. */
export const ACCESS_KEY = 'aCcEsSkEy1234567';
export const PASSWORD = 'pAsSwOrD';

const USERS: readonly User[] = [
  {
    id: 1,
    name: 'admin',
    lastName: 'Administrator',
    email: 'admin@example.test',
    hourFormat: '12',
    isAdmin: true,
    accessKey: ACCESS_KEY,
  },
  {
    id: 5,
    name: 'limited',
    lastName: 'Limited',
    email: 'l@example.test',
    hourFormat: '24',
    isAdmin: false,
    accessKey: 'lImItEd',
  },
];

/** A fresh installation: three records of its own, a contact and a ticket among them, that nobody asks for. */
export function installed(custom: Readonly<Record<string, readonly Field[]>> = {}): VtigerState {
  return {
    modules: MODULES.map((definition) => ({
      ...definition,
      fields: [...definition.fields, ...(custom[definition.name] ?? [])],
    })),
    records: new Map(),
    relations: new Set(),
    counters: new Map([
      ['record', 3],
      ['ticket_no', 1],
      ['contact_no', 1],
    ]),
    sessions: new Map(),
    tokens: new Map(),
    users: USERS,
    syncs: new Map(),
    clock: { now: 1795236593 },
  };
}

/** The time as the database writes it. */
export function timeOf({ clock }: VtigerState): string {
  return new Date(clock.now * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** A stand-in with what it keeps. */
export function withState(standIn: StandIn, state: VtigerState): VtigerCrm {
  return {
    ...standIn,
    port: Number(new URL(standIn.url).port),
    state,
    get ticket() {
      return state.records.get(5)?.fields ?? {};
    },
    stored: () => structuredClone(state.records.get(5)?.fields),
  };
}

/** An answer in JSON, as PHP writes it. */
export const answered = (status: number, body: unknown, contentType = 'application/json'): Said => ({
  status,
  headers: { 'content-type': contentType },
  body: phpJson(body),
});

/** The media type of whatever PHP does not name one for. */
export const HTML = 'text/html; charset=UTF-8';

/** An answer that is a text, or none at all. */
export const told = (status: number, body = '', contentType = HTML): Said => ({
  status,
  headers: { 'content-type': contentType },
  body,
});
