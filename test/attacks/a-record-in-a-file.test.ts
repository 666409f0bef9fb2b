import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * Spring can be told to read a record from a file of any type, and browsers send a Blob without a type as a file of
 * `application/octet-stream`; Jackson finds out by itself whether it is UTF-16.
 */

const NOTE = '/api/notes/45';
const STORED = { id: '45', status: 'Created', note: 'x', email: 'ann@example.com' };
const DELIVERED = '{"status":"Delivered"}';
const TYPES = ['application/octet-stream', 'text/plain', 'image/png', undefined];

const sends = (
  content: string,
  type: string | undefined = 'application/octet-stream',
  name = 'record',
): Knock => {
  const typed = type === undefined ? '' : `\r\nContent-Type: ${type}`;
  const head = `Content-Disposition: form-data; name="${name}"; filename="blob"${typed}`;
  return {
    line: `PATCH ${NOTE}`,
    headers: ['Content-Type: multipart/form-data; boundary=b'],
    body: `--b\r\n${head}\r\n\r\n${content}\r\n--b--\r\n`,
  };
};

describeDoors('a CRM that reads records from files', {
  start: () => startShowing(STORED),
  modules: {
    Notes: { dialect: 'rest', path: '/api/notes', values: ['scan'] },
    Contacts: { dialect: 'rest', path: '/api/contacts' },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Notes',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
    {
      id: 8,
      name: 'Card',
      module: 'Contacts',
      when: { changed: 'card_number' },
      send: { to: [{ channel: 'email', address: 'mail' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ...TYPES.map((type): [string, number, Knock] => [`a record as ${type}`, 428, sends(DELIVERED, type)]),
    ['a list of records', 428, sends(`\n [${DELIVERED}]`)],
    ['one in UTF-16', 428, sends(`\ufeff${[...DELIVERED].map((letter) => `\0${letter}`).join('')}`)],
    ['the address', 428, sends('{"email":"rep@example.net"}')],
    ['what another module guards', 422, sends('{"card_number":"1"}')],
    [
      'more than anybody looks through',
      422,
      sends(`{"a":"${'x'.repeat(9 * 1024 * 1024)}","status":"Delivered"}`),
    ],
  ],
  honest: [
    ['a file of text', sends('status: Delivered'), NOTE],
    ['a log', sends('[2026-11-28] status: Delivered'), NOTE],
    ['JSON that names nothing guarded', sends('{"pages":[1,2]}'), NOTE],
    ['JSON in a column that is declared', sends(DELIVERED, 'application/octet-stream', 'scan'), NOTE],
    ['a large file', sends('%PDF-1.7 '.repeat(300_000)), NOTE],
  ],
});
