import type { PrefixedModule } from './vtiger-module.ts';

/** `17x5` and nothing else: Vtiger also saves record 5 for `17x05`, `17x5abc`, `017x5` and `17abcx5`, and echoes them. */
const ID = /^([1-9]\d*)x[1-9]\d*$/;

/** What stands before the `x`, or undefined where the text is no id in its one plain spelling. */
export function prefixOf(id: string): string | undefined {
  return ID.exec(id)?.[1];
}

/** The module that an id belongs to, if it is a mapped one. */
export function moduleOfId(id: string, definitions: readonly PrefixedModule[]): PrefixedModule | undefined {
  const prefix = prefixOf(id);
  return definitions.find(({ idPrefix }) => idPrefix === prefix);
}
