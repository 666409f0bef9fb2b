import type { Outcome } from '../../core/ledger/spending.ts';
import { at, isList } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';

/**
 * Bulk calls answer 200 and tell what failed: in version 2 with what did not, `frappe.client.bulk_update` alone.
 * https://github.com/frappe/frappe/blob/develop/frappe/client.py
 */
export function outcomeIn(body: Uint8Array): Outcome {
  const document = readJson(body);
  if (!document.ok) return 'saved';
  const [failed, done, others] = ['/data/failed', '/data/updated', '/data/deleted'].map((place) =>
    at(document.value, place),
  );
  if (isList(failed) && failed.length > 0)
    return [done, others].some((list) => isList(list) && list.length > 0) ? 'saved' : 'notSaved';
  const some = at(document.value, '/message/failed_docs');
  return isList(some) && some.length > 0 ? 'unknown' : 'saved';
}
