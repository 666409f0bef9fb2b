import { isOpenFor, isToken } from '../../core/ledger/grant.ts';
import { isEnforced } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { type Asker, ownedAs, type Save } from '../../core/saving/save.ts';
import { grantRows } from './rows.ts';
import { grantedOf } from './subject.ts';
import type { Tools } from './tools.ts';

type RecordNamed = Pick<Save, 'module' | 'own'> & { readonly id: string };
type Holder = Pick<Asker, 'grant' | 'caller'>;
type Grants = Pick<Tools, 'policy' | 'store' | 'clock' | 'keyring'>;

/** The rules by which the token opens reads of the record to this caller now. It is only looked at: that is no use of it. */
export async function rulesOpenedTo(
  { module: name, id, own }: RecordNamed,
  { grant: token, caller }: Holder,
  tools: Grants,
): Promise<readonly Rule[]> {
  if (token === undefined || !isToken(token)) return [];
  const { policy, keyring } = tools;
  const { row, now } = await grantRows.locate(tools, keyring.digests('grant', token));
  const { grant } = row;
  if (!grant) return [];
  const save = ownedAs({ module: name, operation: 'read', id, fields: new Map() }, own);
  const rules = policy.rulesOf(name).filter((rule) => isEnforced(rule) && rule.grant !== undefined);
  return rules.filter((rule) =>
    isOpenFor(grant, grantedOf({ rule, save, caller: caller.user }, keyring), now),
  );
}

/** Whether it does so by any rule of the record's module. */
export async function holdsGrant(record: RecordNamed, holder: Holder, tools: Grants): Promise<boolean> {
  return (await rulesOpenedTo(record, holder, tools)).length > 0;
}
