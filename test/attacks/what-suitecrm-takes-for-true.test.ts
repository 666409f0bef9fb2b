import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startSuiteCrm } from '../harness/suitecrm-crm.ts';

/*
 * SugarBean knows four words for false, in small letters: `"False"`, `"null"` and a blank are stored as true.
 */

const PLACE = '/Api/V8/module';
const sends = (attributes: object, id = 'a45'): Knock => ({
  line: `PATCH ${PLACE}`,
  headers: ['Content-Type: application/vnd.api+json'],
  body: JSON.stringify({ data: { type: 'Tasks', id, attributes } }),
});
const send = { to: [{ channel: 'email' as const, address: 'email_c' }] };

describeDoors('SuiteCRM, by what it takes for true', {
  async start() {
    const task = { name: 'Two boxes', paid_c: '0', answer_c: 'no', email_c: 'ann@example.com', deleted: '0' };
    const crm = await startSuiteCrm({
      'tasks/a45': { ...task, id: 'a45' },
      'tasks/a46': { ...task, id: 'a46', paid_c: '1', answer_c: 'NO' },
    });
    return { ...crm, stored: () => crm.rows.get('tasks/a45') };
  },
  modules: { Tasks: { dialect: 'suitecrm', path: '/Api/V8' } },
  rules: [
    { id: 7, name: 'Paid', module: 'Tasks', when: { changed_to: ['paid_c', true] }, send },
    { id: 8, name: 'Answer', module: 'Tasks', when: { changed: 'answer_c' }, send },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: ['False', 'OFF', 'No', 'n', 'f', 'null', ' '].map((text): [string, number, Knock] => [
    `the text ${JSON.stringify(text)}`,
    428,
    sends({ paid_c: text }),
  ]),
  honest: [
    ...['false', 'off', 'no', '0', '0.0', ''].map((text): [string, Knock, string] => [
      `the text ${JSON.stringify(text)}`,
      sends({ paid_c: text }, 'a46'),
      PLACE,
    ]),
    ['false', sends({ paid_c: false }, 'a46'), PLACE],
    ['nothing', sends({ paid_c: null }, 'a46'), PLACE],
    ['what a choice says already', sends({ answer_c: 'NO', name: 'x' }, 'a46'), PLACE],
  ],
});
