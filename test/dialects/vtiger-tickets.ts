import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { startStandIn } from '../harness/stand-in.ts';
import type { Knock } from './doors.ts';

const PATH = '/restapi/v1/vtiger/default';

/** Where a call goes. */
export const callPath = (operation: string): string => `${PATH}/${operation}`;

/** A call with two records. */
export const callAbout = (operation: string, sourceRecordId: string, relatedRecordId: string): Knock => ({
  line: `POST ${callPath(operation)}`,
  body: JSON.stringify({ sourceRecordId, relatedRecordId }),
});

const CONTACTS = {
  '12x4': { lastname: 'Ann', email: 'ann@example.com' },
  '12x9': { lastname: 'Rep', email: 'rep@example.net' },
};

/** Tickets in Vtiger's cloud, whose contacts get a code when one is closed. */
export function ticketsOf(
  tickets: Readonly<Record<string, Readonly<Record<string, string>>>>,
  modules: ConfigInput['modules'] = {},
) {
  const records: typeof tickets = { ...tickets, ...CONTACTS };
  return {
    async start() {
      const crm = await startStandIn(({ query }) => {
        const id = query.get('id') ?? '';
        return { status: 200, body: { success: true, result: { id, ...records[id] } } };
      });
      return { ...crm, stored: () => records['17x5'] };
    },
    modules: {
      HelpDesk: { dialect: 'vtiger-rest', path: PATH, idPrefix: '17' },
      Contacts: { dialect: 'vtiger-rest', path: PATH, idPrefix: '12' },
      ...modules,
    } satisfies ConfigInput['modules'],
    rules: [
      {
        id: 7,
        name: 'Close',
        module: 'HelpDesk',
        when: { changed_to: ['ticketstatus', 'Closed'] },
        send: {
          to: [
            {
              channel: 'email',
              address: { via: 'contact_id', module: 'Contacts', field: 'email', reverse: 'none' },
            },
          ],
        },
      },
    ] satisfies ConfigInput['rules'],
    headers: ['Authorization: Basic YWRtaW46a2V5'],
  };
}
