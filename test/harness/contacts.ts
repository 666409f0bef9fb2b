import type { Crm } from './crm.ts';
import { createCollection, type Fields } from './crm-collection.ts';

/** Both modules of a rule whose address is the contact's. */
export const NOTES_AND_CONTACTS = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
  Contacts: { dialect: 'rest', path: '/api/Contacts' },
} as const;

/** Puts contacts beside the CRM's own collection; a test may change them. */
export function addContacts(crm: Crm, contacts: Readonly<Record<string, Fields>>): Map<string, Fields> {
  const records = new Map(Object.entries(contacts));
  const collection = createCollection('/api/Contacts', records);
  crm.answerWith((received, response, proceed) => {
    const reply = collection.reply(received);
    if (!reply) return proceed();
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });
  return records;
}
