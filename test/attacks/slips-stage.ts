import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { startShowing } from '../harness/stand-in.ts';

const SLIP = { id: 1, amount: 100, status: 'Open', email: 'ann@example.com' };
const send = { to: [{ channel: 'email' as const, address: 'email' }] };

/** A CRM that shows one record, whatever it is asked for. */
export const startSlips = () => startShowing(SLIP);

/** Whoever reads a slip needs the code of rule 8, whoever delivers an order that of rule 7. */
export const SLIP_RULES: ConfigInput['rules'] = [
  { id: 8, name: 'Slips', module: 'Slips', on: ['read'], when: true, send },
  { id: 7, name: 'Delivery', module: 'Orders', when: { changed_to: ['status', 'Delivered'] }, send },
];
