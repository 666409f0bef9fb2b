import { emptyValueOf } from './vtiger-modules.ts';
import { installed, timeOf, type VtigerState } from './vtiger-state.ts';

/** Sessions that a seeded installation knows from the start, as long as Vtiger makes them. `SESSION` is known at every door. */
export const SESSION = '3f2a1b4c5d6e7f8091a2b';
export const SECOND_SESSION = '1f2a1b4c5d6e7f8091a2b';
export const LIMITED_SESSION = '0f2a1b4c5d6e7f8091a2b';

const TICKET = {
  ticketstatus: 'Open',
  ticketpriorities: 'High',
  contact_id: '12x4',
  assigned_user_id: '19x1',
  description: 'a\nb',
  cf_852: 'ann@example.com',
};
const CONTACT = {
  firstname: 'Ana',
  lastname: 'Müller',
  email: 'ana@example.test',
  mobile: '+10000000001',
  assigned_user_id: '19x1',
};

/** An installation in use: tickets have an address for codes (`cf_852`), and the records of the recording are there. */
export function seeded(): VtigerState {
  const state = installed({
    HelpDesk: [{ name: 'cf_852', label: 'Confirmed by', type: { name: 'email' } }],
  });
  const store = (number: number, type: string, fields: Readonly<Record<string, string>>) => {
    const definition = state.modules.find(({ name }) => name === type);
    const empty = definition?.fields.map((field) => [field.name, emptyValueOf(field)] as const) ?? [];
    const now = timeOf(state);
    const record = { ...Object.fromEntries(empty), createdtime: now, modifiedtime: now, ...fields };
    state.records.set(number, { module: type, fields: record });
  };
  store(1, 'Users', { user_name: 'admin' });
  store(4, 'Contacts', { ...CONTACT, contact_no: 'CON2' });
  store(5, 'HelpDesk', { ...TICKET, ticket_no: 'TT2', ticket_title: 'Printer <on> fire & "smoke"' });
  store(6, 'HelpDesk', { ...TICKET, ticket_no: 'TT3', ticket_title: 'del' });
  store(7, 'HelpDesk', { ...TICKET, ticket_no: 'TT4', ticket_title: 'otp' });
  store(14, 'Leads', { lastname: 'Lead', company: 'Co', assigned_user_id: '19x1' });
  state.counters.set('record', 14).set('ticket_no', 4).set('contact_no', 2);
  const [admin, limited] = state.users;
  if (!admin || !limited) throw new Error('nobody may log in');
  state.sessions.set(SESSION, { webservice: admin, interface: admin, mobile: admin });
  state.sessions.set(SECOND_SESSION, { webservice: admin });
  state.sessions.set(LIMITED_SESSION, { webservice: limited });
  return state;
}
