import { canonicalId } from '../../src/dialects/salesforce/salesforce-id.ts';
import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startSalesforce } from '../harness/salesforce-crm.ts';

/*
 * A header names the namespace in which Salesforce looks for names that have none.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/headers-calloptions.html
 */

const ID = canonicalId('500D000000INjVe') ?? '';
const CONTACT = canonicalId('003D000000INjVe') ?? '';
const DATA = '/services/data/v66.0';
const CASE = `${DATA}/sobjects/Case/${ID}`;
const OPTIONS = 'Sforce-Call-Options: client=rep/1, defaultNamespace=acme';

const sends = (place: string, fields: object, ...headers: readonly string[]): Knock => ({
  line: `PATCH ${place}`,
  headers,
  body: JSON.stringify(fields),
});
const within = (subrequest: object, ...headers: readonly string[]): Knock => ({
  line: `POST ${DATA}/composite`,
  headers,
  body: JSON.stringify({ compositeRequest: [{ referenceId: 'r1', ...subrequest }] }),
});
const DELIVERED = { Status__c: 'Delivered' };
const to = [{ channel: 'email' as const, address: 'Email__c' }];

describeDoors('Salesforce, by names in a namespace', {
  async start() {
    const crm = await startSalesforce({
      [`Case/${ID.slice(0, 15)}`]: {
        Id: ID,
        acme__Status__c: 'Sent',
        Email__c: 'ann@example.com',
        Name: 'x',
      },
      [`Contact/${CONTACT.slice(0, 15)}`]: { Id: CONTACT, Key__c: 'k1' },
    });
    return { ...crm, stored: () => crm.records.get(`Case/${ID.slice(0, 15)}`) };
  },
  modules: {
    Case: { dialect: 'salesforce', path: '/services/data' },
    Orders: { dialect: 'salesforce', path: '/services/data', type: 'acme__Order__c' },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Case',
      when: { changed_to: ['acme__Status__c', 'Delivered'] },
      send: { to },
    },
    { id: 8, name: 'Order', module: 'Orders', when: { changed: 'Status__c' }, send: { to } },
  ],
  headers: ['Authorization: Bearer 00D!rep'],
  refused: [
    ['a field without its namespace', 428, sends(CASE, DELIVERED, OPTIONS)],
    [
      'the same, with the header in another form',
      428,
      sends(CASE, DELIVERED, 'sforce_call-options: client=a; DEFAULTNAMESPACE = "ACME"'),
    ],
    ['in a call of a list', 428, within({ method: 'PATCH', url: CASE, body: DELIVERED }, OPTIONS)],
    [
      'with a header of the call',
      400,
      within({
        method: 'PATCH',
        url: CASE,
        body: DELIVERED,
        httpHeaders: { 'Sforce-Call-Options': 'defaultNamespace=acme' },
      }),
    ],
    ['a type without its namespace', 400, sends(`${DATA}/sobjects/Order__c/${ID}`, DELIVERED, OPTIONS)],
  ],
  honest: [
    ['a field that is no guarded one there', sends(CASE, { Name: 'y' }, OPTIONS), CASE],
    ['the name of the client', sends(CASE, { Name: 'y' }, 'Sforce-Call-Options: client=rep/1'), CASE],
    ['a field of that name without a namespace', sends(CASE, DELIVERED), CASE],
    ['a read', { line: `GET ${CASE}`, headers: [OPTIONS] }, CASE],
    [
      'a type of no mapped namespace',
      sends(
        `${DATA}/sobjects/Contact/${CONTACT}`,
        { Name: 'y' },
        'Sforce-Call-Options: defaultNamespace=other',
      ),
      `${DATA}/sobjects/Contact/${CONTACT}`,
    ],
  ],
});
