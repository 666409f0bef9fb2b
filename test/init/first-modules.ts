import { startFrappe } from '../harness/frappe-crm.ts';
import { startGraphql } from '../harness/graphql-crm.ts';
import { startOData } from '../harness/odata-crm.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import type { StandIn } from '../harness/stand-in.ts';
import { startVtigerCloud } from '../harness/vtiger-cloud.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';

/** A CRM, and what is said of its first module. */
export type FirstModule = {
  readonly kind: string;
  start(): Promise<StandIn>;
  /** All that a script says beside the address of the CRM. */
  readonly words: readonly string[];
  readonly record: string;
  /** What is written of the module. */
  readonly module: object;
  /** By which the CRM knows who asks. */
  readonly credentials?: string;
};

/** One for each kind that shares a path. */
export const FIRST_MODULES: readonly FirstModule[] = [
  {
    kind: 'graphql',
    start: () => startGraphql({ 'Task/45': { id: '45', status: 'Open', email: 'ann@example.com' } }),
    words: ['--module', 'Task', '--field', 'status', '--to', 'Closed', '--address', 'email'],
    record: 'Task/45',
    module: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: { updateTask: { id: 'id', fields: 'data' } },
      record: 'query ($id: ID!) { task(id: $id) { id status email } }',
    },
  },
  {
    kind: 'odata',
    start: () => startOData({ 'Orders/45': { ID: '45', Status: 'Open', Email: 'ann@example.com' } }),
    words: [
      ...['--module', 'orders', '--type', 'Orders', '--path', '/odata'],
      ...['--field', 'Status', '--to', 'Closed', '--address', 'Email'],
    ],
    record: 'orders/45',
    module: { dialect: 'odata', path: '/odata', type: 'Orders', key: 'ID' },
  },
  {
    kind: 'odoo',
    start: () =>
      startOdoo({ 'sale.order/7': { id: 7, state: 'sale', email: 'ann@example.com' } as unknown as never }),
    words: [
      ...['--module', 'SaleOrder', '--type', 'sale.order'],
      ...['--field', 'state', '--to', 'done', '--address', 'email'],
    ],
    record: 'SaleOrder/7',
    module: { dialect: 'odoo', path: '/', type: 'sale.order' },
  },
  {
    kind: 'frappe',
    start: () =>
      startFrappe({ 'Delivery Note/DN-1': { name: 'DN-1', status: 'To Bill', email: 'ann@example.com' } }),
    words: [
      ...['--module', 'DeliveryNote', '--type', 'Delivery Note'],
      ...['--field', 'status', '--to', 'Closed', '--address', 'email'],
    ],
    record: 'DeliveryNote/DN-1',
    module: { dialect: 'frappe', path: '/api', type: 'Delivery Note' },
  },
  {
    kind: 'vtiger-rest',
    start: startVtigerCloud,
    words: [
      ...['--module', 'HelpDesk', '--id-prefix', '17'],
      ...['--field', 'ticketstatus', '--to', 'Closed', '--address', 'cf_852'],
    ],
    record: 'HelpDesk/17x5',
    module: { dialect: 'vtiger-rest', path: '/restapi/v1/vtiger/default', idPrefix: '17' },
    credentials: `Basic ${Buffer.from(`admin:${ACCESS_KEY}`).toString('base64')}`,
  },
];
