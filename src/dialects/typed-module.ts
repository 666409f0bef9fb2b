import type { ModuleBase } from '../core/saving/module.ts';

/** A module that requests name by its type; all modules share one path. */
export type TypedModule = ModuleBase & {
  readonly dialect: 'suitecrm' | 'espocrm' | 'salesforce';
  /** The CRM's own name for the module. */
  readonly type: string;
  /** The version of the API in which its records are read, where the address of a record has one. */
  readonly version?: string | undefined;
};
