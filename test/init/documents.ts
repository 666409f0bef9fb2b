import { fileURLToPath } from 'node:url';

/** A document, the module that a rule is about, and how a save of one of its records looks in its API. */
export type Sample = {
  readonly file: string;
  readonly module: string;
  readonly field: string;
  readonly to: string;
  readonly address: string;
  /** The body of a save with these fields. */
  wrap(fields: object): object;
  /** Writes on the module's records that may pass without a code: creates, and what is said to save nothing. */
  readonly free?: readonly string[];
};

const plain = (fields: object) => fields;
const sample = (
  file: string,
  rule: readonly [string, string, string, string],
  wrap: Sample['wrap'] = plain,
): Sample => {
  const [name, field, to, address] = rule;
  return {
    file: fileURLToPath(new URL(`./documents/${file}`, import.meta.url)),
    module: name,
    field,
    to,
    address,
    wrap,
  };
};

/** Documents of CRMs and ERPs, written after their public documentation: small, and with what makes each of them different. */
export const SAMPLES: readonly Sample[] = [
  sample('contacts-hub.yaml', ['contacts', 'lifecyclestage', 'customer', 'email'], (properties) => ({
    properties,
  })),
  sample('deals.yaml', ['deals', 'status', 'won', 'contact_email']),
  sample('tickets.json', ['Tickets', 'status', 'solved', 'recipient'], (ticket) => ({ ticket })),
  sample('shop-orders.yaml', ['orders', 'financial_status', 'paid', 'email'], (order) => ({ order })),
  sample('payments.yaml', ['customers', 'balance', '0', 'email']),
  sample('erp-thirdparties.json', ['thirdparties', 'status', 'closed', 'email']),
  sample('business-central.yaml', ['customers', 'blocked', 'All', 'email']),
  sample('jsonapi-accounts.yaml', ['accounts', 'rating', 'Hot', 'billing_email'], (attributes) => ({
    data: { type: 'accounts', id: '1', attributes },
  })),
  sample('bookkeeping.yaml', ['invoices', 'Status', 'PAID', 'EmailAddress']),
  sample('leads.yaml', ['Leads', 'Lead_Status', 'Converted', 'Email'], (lead) => ({
    data: [{ id: '1', ...lead }],
  })),
  sample('field-service.yaml', ['orders', 'status', 'Delivered', 'email']),
];
