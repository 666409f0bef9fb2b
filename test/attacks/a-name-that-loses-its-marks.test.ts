import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * lodash makes `bankAccount` of a name with any mark between its words (`mapKeys(body, camelCase)`). Django's formsets and the lists of WTForms have
 * the field of a record behind a number: `notes-0-status`.
 */

const NOTE = { id: '45', status: 'Created', bank_account: 'DE1', email: 'ann@example.com', note: 'n' };
const PATH = '/api/notes/45';
const FORM = ['Content-Type: application/x-www-form-urlencoded'];
const json = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const form = (body: string): Knock => ({ line: `POST ${PATH}`, headers: FORM, body });
const asks = (knock: Knock): [string, number, Knock] => [knock.body ?? '', 428, knock];
const arrives = (knock: Knock): [string, Knock, string] => [knock.body ?? '', knock, PATH];
const to = [{ channel: 'email' as const, address: 'email' }];

const MARKED = [..."$/'@+,:|~#&()=;!*’–"].map((mark) => `bank${mark}account`);

describeDoors('a CRM that goes by the words of a name', {
  start: () => startShowing(NOTE),
  modules: { Notes: { dialect: 'rest', path: '/api/notes' } },
  rules: [
    { id: 1, name: 'Delivery', module: 'Notes', when: { changed_to: ['status', 'Delivered'] }, send: { to } },
    { id: 2, name: 'Account', module: 'Notes', when: { changed: 'bank_account' }, send: { to } },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ...MARKED.map((name) => asks(json({ [name]: 'DE2' }))),
    asks(json({ note: 'x', 'e/mail': 'rep@example.net' })),
    asks(form('form-TOTAL_FORMS=1&form-0-id=45&form-0-status=Delivered')),
    asks(form('notes-12-bank_account=DE2')),
    asks(json({ 'form-0-status': 'Delivered' })),
  ],
  honest: [
    arrives(
      json({ bank$name: 'N26', 'account/bank': 'N26', 'bank/account_note': 'x', note: 'bank/account' }),
    ),
    arrives(form('form-TOTAL_FORMS=1&form-0-id=45&form-0-note=x')),
    arrives(form('status_0=y&order-status=z&line-2-text=x')),
  ],
});
