import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Which texts are true differs: to Rails and to forms of Django `"no"` is, to PHP's filter `"y"` is not; EspoCRM and Vtiger take `"yes"` for
 * false. Spring finds the values of an enum by their letters and digits, and a multiple choice is stored as a set.
 */

const NOTE = '/api/notes/45';
const LEAD = '/api/v1/Lead/a1';
const note = (fields: object): Knock => ({ line: `PATCH ${NOTE}`, body: JSON.stringify(fields) });
const lead = (fields: object): Knock => ({ line: `PUT ${LEAD}`, body: JSON.stringify(fields) });
const named = (knock: (fields: object) => Knock, fields: object): [string, number, Knock] => [
  JSON.stringify(fields),
  428,
  knock(fields),
];
/** A number as it is written: to Ruby `0` and `0.0` are two, and a column of integers rounds. */
const bare = (field: string, number: string): [string, number, Knock] => [
  `${field}: ${number}`,
  428,
  { line: `PATCH ${NOTE}`, body: `{"${field}":${number}}` },
];
const arrives = (knock: (fields: object) => Knock, fields: object, path: string): [string, Knock, string] => [
  JSON.stringify(fields),
  knock(fields),
  path,
];
const STORED = {
  id: '45',
  blocked: false,
  active: true,
  open: true,
  locked: false,
  sum: 5,
  stage: 'Open',
  rating: 'B',
  email: 'ann@example.com',
};
const send = { to: [{ channel: 'email' as const, address: 'email' }] };
const rule = (id: number, module: string, when: Record<string, unknown>) => ({
  id,
  name: `Rule ${id}`,
  module,
  when,
  send,
});

describeDoors('a CRM that reads truths and choices in its own way', {
  async start() {
    const crm = await startStandIn(({ pathname }) => ({
      status: 200,
      body: pathname.startsWith('/api/v1') ? { ...STORED, id: 'a1' } : STORED,
    }));
    return { ...crm, stored: () => STORED };
  },
  modules: {
    Notes: { dialect: 'rest', path: '/api/notes' },
    Lead: { dialect: 'espocrm', path: '/api/v1' },
  },
  rules: [
    rule(1, 'Notes', { changed_to: ['blocked', true] }),
    rule(2, 'Notes', { changed_to: ['active', false] }),
    rule(3, 'Notes', { changed_to: ['stage', 'Closed Won'] }),
    rule(4, 'Notes', { changed_to: ['rating', 'A'] }),
    rule(7, 'Notes', { '!': { var: 'record.open' } }),
    rule(9, 'Notes', { '!': { var: 'record.sum' } }),
    rule(8, 'Notes', { var: 'record.locked' }),
    rule(5, 'Lead', { changed_to: ['active', false] }),
    rule(6, 'Lead', { changed_to: ['blocked', true] }),
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ...['no', 'N', 'null', 'f', 'off', 'y'].map((text) => named(note, { blocked: text })),
    ...['no', 'y', 'T', 'off'].map((text) => named(note, { active: text })),
    ...['0.0', '00', '-0', '0e0', ' ', '٠', '０', 'fALSE', '\t'].map((text) =>
      named(note, { blocked: text }),
    ),
    ...['0.0', '-0.0', '0e0', '1e-400'].map((number) => bare('blocked', number)),
    ...['0.4', '1e-400'].map((number) => bare('active', number)),
    ...['0.4', '0.0', '1e-400'].map((number) => bare('open', number)),
    ...['0.0', '0e0'].map((number) => bare('locked', number)),
    ...['0e0', '0x0', '0.0e1', '0 of 2'].map((text) => named(note, { open: text })),
    ...['closed_won', 'CLOSED-WON', 'closed.won', '["Closed Won"]', 'Closed Won;Closed Won'].map((text) =>
      named(note, { stage: text }),
    ),
    ...['yes', 'on', 'TRUE', 'y'].map((text) => named(lead, { active: text })),
  ],
  honest: [
    ...['0', 'false', 'False', 'FALSE', ''].map((text) => arrives(note, { blocked: text }, NOTE)),
    ...[0, -0, false, null].map((value) => arrives(note, { blocked: value }, NOTE)),
    ...['1', 'true', 'True', 'yes', 'on', 1, true].map((value) => arrives(note, { open: value }, NOTE)),
    ...['1', 'true', 'on', 'yes'].map((text) => arrives(note, { active: text }, NOTE)),
    ...['Closed', 'Closed Lost', 'Open;Closed Won'].map((text) => arrives(note, { stage: text }, NOTE)),
    ...[0, false].map((value) => arrives(note, { locked: value }, NOTE)),
    ...[1, 2, 1.5].map((value) => arrives(note, { active: value, open: value }, NOTE)),
    arrives(note, { sum: 0.4 }, NOTE),
    ...['A-', 'AA', 'B+'].map((text) => arrives(note, { rating: text }, NOTE)),
    ...['1', 'true', true].map((value) => arrives(lead, { active: value }, LEAD)),
    ...['no', 'off', '0', false].map((value) => arrives(lead, { blocked: value }, LEAD)),
  ],
});
