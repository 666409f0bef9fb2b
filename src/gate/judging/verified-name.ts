import { type Rule, readsCallerName } from '../../core/rule/rule.ts';
import type { Caller, Save } from '../../core/saving/save.ts';
import type { Viewer } from '../../ports/intent.ts';

/**
 * The caller, with the name of their Basic credentials where one of the rules wants to know it and the CRM vouches for it. A
 * record that does not exist yet cannot be read, so for a create nobody vouches.
 */
export async function withVerifiedName(
  { caller, reader }: Pick<Viewer, 'caller' | 'reader'>,
  rules: readonly Rule[],
  { module: name, id }: Pick<Save, 'module' | 'id'>,
): Promise<Caller> {
  const { claimed, ...known } = caller;
  if (claimed === undefined || id === null || !rules.some(readsCallerName)) return known;
  return (await reader.vouchesFor(name, id)) ? { ...known, user: claimed } : known;
}
