import type { Call } from './vtiger-operations.ts';
import { create, find, shown, type Values, valuesOf } from './vtiger-records.ts';

/** The records that a lead may become, in the order in which they are made. */
const TARGETS = ['Accounts', 'Contacts', 'Potentials'];

/** `convertlead`: makes records of a lead, which is gone then. By the source; only its failure on PHP 8 could be recorded. */
export function convertLead({ input, state, user }: Call): unknown {
  const element = valuesOf(input('element'));
  const lead = find(element['leadId'], state);
  const entities = valuesOf(element['entities'] ?? null);
  const values = shown(lead, user, state);
  const made: Record<string, string> = {};
  for (const name of TARGETS) {
    const own: Values = valuesOf(entities[name] ?? null);
    if (!own['create']) continue;
    const saving = { user, decodes: false, whole: true, source: 'CRM' };
    const whole = { ...values, assigned_user_id: element['assignedTo'], ...own };
    made[name] = create(name, whole, saving, state).id;
  }
  state.records.delete(lead.number);
  return made;
}
