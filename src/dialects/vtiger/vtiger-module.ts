import type { ModuleBase } from '../../core/saving/module.ts';

/** A module of Vtiger, whose records have ids like `17x123`; all modules share one path. */
export type PrefixedModule = ModuleBase & {
  readonly dialect: 'vtiger-webservice' | 'vtiger-rest';
  /** What stands before the `x`. It differs from installation to installation. */
  readonly idPrefix: string;
  /** The CRM's own name for the module. */
  readonly type: string;
  /** Operations that countersign does not know and that save nothing, in lower case. They count for the whole path. */
  readonly readOnlyOperations?: readonly string[] | undefined;
};
