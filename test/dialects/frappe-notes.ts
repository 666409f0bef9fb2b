import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { startFrappe } from '../harness/frappe-crm.ts';

/** Where the open note is. */
export const NOTE = '/api/resource/Delivery%20Note/DN-0001';
export const note = { name: 'DN-0001', subject: 'Two boxes', status: 'Open', customer: 'Acme' };
export const FORM = ['Content-Type: application/x-www-form-urlencoded'];
/** Whoever calls. */
export const headers = ['Authorization: token key:secret'];

/** Frappe with the note, its customer, and other records. */
export async function startNotes(others: Parameters<typeof startFrappe>[0] = {}) {
  const crm = await startFrappe({
    'Delivery Note/DN-0001': note,
    'Customer/Acme': { name: 'Acme', email: 'ann@example.com' },
    ...others,
  });
  return { ...crm, stored: () => crm.records.get('Delivery Note/DN-0001') };
}

/** The notes, with further keys of their module. */
export const notes = (keys: object = {}): ConfigInput['modules'] => ({
  DeliveryNote: {
    dialect: 'frappe',
    path: '/api',
    type: 'Delivery Note',
    actions: { close_note: { set: { status: 'Closed' } } },
    ...keys,
  },
  Customer: { dialect: 'frappe', path: '/api' },
});

/** The customer is asked about such saves of a note. */
export const closing = (
  when: Readonly<Record<string, unknown>> = { changed_to: ['status', 'Closed'] },
): ConfigInput['rules'] => [
  {
    id: 7,
    name: 'Closing',
    module: 'DeliveryNote',
    when,
    send: {
      to: [
        {
          channel: 'email',
          address: { via: 'customer', module: 'Customer', field: 'email', reverse: 'none' },
        },
      ],
    },
  },
];
