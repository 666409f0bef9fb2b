import { startOData } from '../harness/odata-crm.ts';
import { describeDoors } from './doors.ts';

/*
 * UI5 and Olingo label each save with the manner in which its JSON is written, and the service reads long numbers by it.
 */

const LABELLED = 'application/json;charset=UTF-8;IEEE754Compatible=true';
const MINIMAL = 'application/json; odata.metadata=minimal; odata.streaming=true';
const closed = '{"Status":"Closed"}';
const renamed = '{"Subject":"Three boxes","Amount":"12345678901234567.5"}';
const typed = (type: string) => [`Content-Type: ${type}`];
const batchOf = (type: string, body: object) =>
  JSON.stringify({
    requests: [{ id: '1', method: 'PATCH', url: 'Orders(45)', headers: { 'Content-Type': type }, body }],
  });

describeDoors('OData, by JSON with a manner', {
  async start() {
    const crm = await startOData({
      'Orders/45': { ID: '45', Status: 'Open', Email: 'ann@example.com', Subject: 'Two boxes' },
    });
    return { ...crm, stored: () => crm.records.get('Orders/45') };
  },
  modules: { Orders: { dialect: 'odata', path: '/odata' } },
  rules: [
    {
      id: 7,
      name: 'Closing',
      module: 'Orders',
      when: { changed_to: ['Status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'Email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a label of UI5', 428, { line: 'PATCH /odata/Orders(45)', headers: typed(LABELLED), body: closed }],
    ['another label', 428, { line: 'PATCH /odata/Orders(45)', headers: typed(MINIMAL), body: closed }],
    [
      'a label in a batch',
      428,
      { line: 'POST /odata/$batch', body: batchOf(LABELLED, { Status: 'Closed' }) },
    ],
    [
      'a label that nobody knows',
      415,
      { line: 'PATCH /odata/Orders(45)', headers: typed('application/json;profile=x'), body: renamed },
    ],
  ],
  honest: [
    [
      'numbers as texts',
      { line: 'PATCH /odata/Orders(45)', headers: typed(LABELLED), body: renamed },
      '/odata/Orders(45)',
      renamed,
      ['content-type', /^application\/json;IEEE754Compatible=true$/],
    ],
    [
      'a save with little beside it',
      { line: 'PATCH /odata/Orders(45)', headers: typed(MINIMAL), body: renamed },
      '/odata/Orders(45)',
      renamed,
      ['content-type', /^application\/json;odata\.metadata=minimal;odata\.streaming=true$/],
    ],
    [
      'such a save in a batch',
      { line: 'POST /odata/$batch', body: batchOf(LABELLED, { Subject: 'Three boxes' }) },
      '/odata/$batch',
      batchOf(LABELLED, { Subject: 'Three boxes' }),
    ],
  ],
});
