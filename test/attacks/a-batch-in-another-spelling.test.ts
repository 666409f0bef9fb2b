import { describeDoors } from '../dialects/doors.ts';
import { closingRule } from '../dialects/odata-closing.ts';
import { startOData } from '../harness/odata-crm.ts';

/*
 * ASP.NET finds the batch in any case, and Express what lies below it: for a gateway that knows one spelling, such a batch is a set that nobody maps.
 */

const batch = JSON.stringify({
  requests: [{ method: 'PATCH', url: 'Orders(45)', body: { Status: 'Closed' } }],
});
const regions = JSON.stringify({ requests: [{ method: 'POST', url: 'Regions', body: { Name: 'North' } }] });

describeDoors('OData, by a batch in another spelling', {
  async start() {
    const crm = await startOData({
      'Orders/45': { ID: '45', Status: 'Open', Customer_ID: '9' },
      'Customers/9': { ID: '9', Email: 'ann@example.com' },
    });
    return { ...crm, stored: () => crm.records.get('Orders/45') };
  },
  modules: {
    Orders: { dialect: 'odata', path: '/odata' },
    Customers: { dialect: 'odata', path: '/odata' },
  },
  rules: closingRule('none'),
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['capitals', 403, { line: 'POST /odata/$BATCH', body: batch }],
    ['a capital', 403, { line: 'POST /odata/$Batch', body: batch }],
    ['what lies below it', 403, { line: 'POST /odata/$batch/x', body: batch }],
    ['a slash behind it', 428, { line: 'POST /odata/$batch/', body: batch }],
    ['another word of the protocol', 403, { line: 'POST /odata/$all', body: '{}' }],
  ],
  honest: [
    ['a batch about something else', { line: 'POST /odata/$batch', body: regions }, '/odata/$batch', regions],
    [
      'a new record of a set that nobody maps',
      { line: 'POST /odata/Regions', body: '{"Name":"x"}' },
      '/odata/Regions',
    ],
    ['what the protocol tells', { line: 'GET /odata/$metadata' }, '/odata/$metadata'],
  ],
});
