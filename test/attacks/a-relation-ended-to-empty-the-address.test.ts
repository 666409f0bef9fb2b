import { describeDoors } from '../dialects/doors.ts';
import { callAbout, callPath, ticketsOf } from '../dialects/vtiger-tickets.ts';

/*
 * Ending the relation of a ticket and a contact empties the ticket's `contact_id` in Vtiger, whichever contact is named. Then nobody is there
 * to ask, and the rep fills in a contact of their own, who gets the code.
 */

const PLACE = callPath('delete_related');
const ends = (source: string, related: string) => callAbout('delete_related', source, related);

describeDoors('Vtiger, by the end of a relation', {
  ...ticketsOf({
    '17x5': { ticketstatus: 'Open', contact_id: '12x4' },
    '17x6': { ticketstatus: 'Open', contact_id: '' },
  }),
  refused: [
    ['from the ticket', 400, ends('17x5', '12x4')],
    ['from the contact', 400, ends('12x4', '17x5')],
    ['by another contact', 400, ends('12x9', '17x5')],
  ],
  honest: [
    ['a ticket that has no contact', ends('17x6', '12x9'), PLACE],
    ['a record that leads to no address', ends('17x5', '14x2'), PLACE],
    ['a relation that begins', callAbout('add_related', '17x5', '12x9'), callPath('add_related')],
  ],
});
