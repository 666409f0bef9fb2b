import { call, type Step } from '../system.ts';
import { ACTIONS, OWNERS } from './actions.ts';
import { METHODS, PATHS, TYPES } from './addresses.ts';
import { DUPLICATES } from './duplicates.ts';
import { type Ask, CLOSED, ISSUE } from './request.ts';
import { PLACES, VALUES } from './spellings.ts';

/** Ways by which Redmine, or Rails, could be told the same without a code. `direct`: past the gateway. */
export function doorsOf(gateway: string, ask: Ask, direct: Ask): readonly Step[] {
  const rows = [...VALUES, ...PLACES, ...METHODS, ...PATHS, ...TYPES, ...OWNERS, ...ACTIONS];
  const another = { 'x-redmine-api-key': 'none', 'x-redmine-switch-user': 'admin' };
  return [
    ...rows.map(([name, ...request]): Step => [name, () => ask(...request)]),
    ['another user by a header', () => call(`${gateway}${ISSUE}`, 'PUT', CLOSED, another)],
    ...DUPLICATES.map(
      ([name, ...request]): Step => [name, () => closingTheOther(() => ask(...request), direct)],
    ),
  ];
}

/** Issue 4 is the rep's own, so its code is no hindrance: what it closes with it is closed without one of the customer. */
async function closingTheOther(relate: () => Promise<unknown>, direct: Ask): Promise<unknown> {
  const related = await relate().catch((error: unknown) => error);
  for (const status_id of [5, 1]) await direct('PUT', '/issues/4.json', { issue: { status_id } });
  if (related instanceof Error) throw related;
  return related;
}
