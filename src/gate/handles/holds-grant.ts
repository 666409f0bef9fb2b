import { isOpenFor, isToken } from '../../core/ledger/grant.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import type { Asker } from '../../core/saving/save.ts';
import { grantRows } from '../ledger/rows.ts';
import { grantedOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/** Whether the token opens reads of the record to this caller now, by any rule of its module. It is only looked at: that is no use of it. */
export async function holdsGrant(
  { module: name, id }: { readonly module: string; readonly id: string },
  { grant: token, caller }: Pick<Asker, 'grant' | 'caller'>,
  tools: Pick<Tools, 'policy' | 'store' | 'clock' | 'keyring'>,
): Promise<boolean> {
  if (token === undefined || !isToken(token)) return false;
  const { policy, keyring } = tools;
  const { row, now } = await grantRows.locate(tools, keyring.digests('grant', token));
  const { grant } = row;
  if (!grant) return false;
  const save = { module: name, operation: 'read', id, fields: new Map() } as const;
  const rules = policy.rulesOf(name).filter((rule) => isEnforced(rule) && rule.grant !== undefined);
  return rules.some((rule) => isOpenFor(grant, grantedOf({ rule, save, caller: caller.user }, keyring), now));
}
