import type { Said, StandIn } from './stand-in.ts';
import type { VtigerState } from './vtiger-operations.ts';
import type { VtigerRecord } from './vtiger-records.ts';

/** A stand-in for one of Vtiger's APIs. */
export type VtigerCrm = StandIn & {
  readonly port: number;
  readonly state: VtigerState;
  /** The fields of record 5, the ticket that the tests close; empty where it is gone. */
  readonly ticket: Record<string, string>;
  /** The same as it is stored; undefined where it is gone. */
  stored(): Readonly<Record<string, string>> | undefined;
};

/** Sessions that the stand-in knows from the start, as long as Vtiger makes them. */
export const SESSION = '3f2a1b4c5d6e7f8091a2b';
export const SECOND_SESSION = '1f2a1b4c5d6e7f8091a2b';
export const LIMITED_SESSION = '0f2a1b4c5d6e7f8091a2b';
export const ACCESS_KEY = 'aCcEsSkEy1234567';

export function createState(positional: boolean): VtigerState {
  return {
    records: new Map(seed()),
    sessions: new Map([
      [SESSION, { user: 'admin' }],
      [SECOND_SESSION, { user: 'admin' }],
      [LIMITED_SESSION, { user: 'limited' }],
    ]),
    tokens: new Map(),
    users: { admin: ACCESS_KEY, limited: 'lImItEd' },
    positional,
  };
}

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

export const answered = (status: number, body: unknown): Said => ({ status, body });
/** PHP's end without a word. */
export const fatal = (text = ''): Said => ({
  status: 500,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: text,
});

/** The records of the recording: a contact, a ticket of his, a ticket to delete, and another ticket. */
function seed(): [number, VtigerRecord][] {
  const ticket = (title: string): VtigerRecord => ({
    module: 'HelpDesk',
    fields: {
      ticket_no: 'TT2',
      ticket_title: title,
      ticketstatus: 'Open',
      ticketpriorities: 'High',
      contact_id: '12x4',
      assigned_user_id: '19x1',
      description: 'a\nb',
      cf_852: 'ann@example.com',
    },
  });
  const contact = {
    contact_no: 'CON2',
    firstname: 'Ana',
    lastname: 'Müller',
    email: 'ana@example.test',
    mobile: '+10000000001',
    assigned_user_id: '19x1',
  };
  return [
    [1, { module: 'Users', fields: { user_name: 'admin' } }],
    [4, { module: 'Contacts', fields: contact }],
    [5, ticket('Printer <on> fire & "smoke"')],
    [6, ticket('del')],
    [7, ticket('otp')],
    [14, { module: 'Leads', fields: { lastname: 'Lead', company: 'Co', assigned_user_id: '19x1' } }],
  ];
}
