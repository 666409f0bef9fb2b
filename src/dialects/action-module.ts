import type { ModuleBase } from '../core/saving/module.ts';
import type { Meaning } from './meaning.ts';

/** A module whose records are saved by calls by name. */
export type ActionModule = ModuleBase & {
  readonly dialect: 'odoo' | 'frappe';
  readonly type: string;
  /** What methods mean that the dialect does not know. */
  readonly actions: Readonly<Record<string, Meaning>>;
};
