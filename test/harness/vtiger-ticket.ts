import { onTestFinished } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { startVtiger, type VtigerOptions } from './vtiger-crm.ts';

const MOUNT = { dialect: 'vtiger-webservice', path: '/webservice.php' } as const;
const ADDRESS = { via: 'contact_id', module: 'People', field: 'mobile' };

/** What closes the ticket of the seed. */
export const CLOSING = { id: '17x5', ticketstatus: 'Closed' };

/** A ticket of Vtiger whose closing its contact confirms, by a code to the phone that stands on the contact. */
export async function openTicket(
  options: VtigerOptions = {},
  upstream: Omit<TestOptions['upstream'], 'url'> = {},
) {
  const crm = await startVtiger({ positional: true, ...options });
  onTestFinished(crm.close);
  const gateway = createTestGateway({
    upstream: { url: crm.url, ...upstream },
    modules: {
      HelpDesk: { ...MOUNT, idPrefix: '17' },
      People: { ...MOUNT, idPrefix: '12', type: 'Contacts' },
    },
    channels: { sms: { kind: 'outbox', address: 'phone' } },
    rules: [
      {
        id: 11,
        name: 'Test Rule 1 & Test 2 @ XYZ',
        module: 'HelpDesk',
        when: { changed_to: ['ticketstatus', 'Closed'] },
        send: { to: [{ channel: 'sms', address: ADDRESS }] },
      },
    ],
  });
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const statusOf = () => crm.state.records.get(5)?.fields['ticketstatus'];
  return { crm, gateway, url, statusOf, code: () => gateway.lastCode() ?? 'none' };
}
