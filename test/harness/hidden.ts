import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { openPayslips, PAYSLIP_MODULE, payslipRule } from './payslips.ts';
import type { Answered } from './rep.ts';
import type { World, WorldOptions } from './world.ts';

/** The module of the pay-stub story, where nobody may learn who is there. */
export const HIDDEN_MODULE = {
  ...PAYSLIP_MODULE,
  lookup: { ...PAYSLIP_MODULE.lookup, enumeration: 'hide' },
} as const;

export function hiddenRule(changes: Partial<ConfigInput['rules'][number]> = {}) {
  return payslipRule({ on: ['read'], grant: { idle: '30m', absolute: '24h' }, ...changes });
}

/** A world of payslips that are told to nobody without a grant. */
export function openHidden(options: WorldOptions = {}): Promise<World> {
  return openPayslips({ modules: { Payslips: HIDDEN_MODULE }, rules: [hiddenRule()], ...options });
}

/** An answer as one who compares it sees it: all of it, with times since `start` and with handles by their length. */
export function seenOf({ status, headers, text }: Answered, start: number) {
  const told = [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id');
  const body = text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => `+${Date.parse(time) - start}ms`)
    .replace(/"record":"([^"]*)"/g, (_, handle: string) => `"record":<${handle.length}>`);
  return { status, headers: told, body };
}
