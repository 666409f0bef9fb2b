import type { ModuleBase } from '../../core/saving/module.ts';
import type { Meaning } from '../meaning.ts';

/** An entity set of an OData service; all of them lie below its root. */
export type ODataModule = ModuleBase & {
  readonly dialect: 'odata';
  /** The entity set. */
  readonly type: string;
  /** The property that is the key. */
  readonly key: string;
  /** Whether every key is a text, and stands in quotes, or numbers and GUIDs are none. */
  readonly keys: 'auto' | 'text';
  /** What is added to the reads by which records are judged. */
  readonly read?: { readonly query?: string | undefined } | undefined;
  /** What bound actions mean. */
  readonly actions: Readonly<Record<string, Meaning>>;
};
