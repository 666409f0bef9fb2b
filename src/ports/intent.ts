import type { Doubt, SeenMember, WholeList } from '../core/saving/nested.ts';
import type { Asker, Save } from '../core/saving/save.ts';
import type { PresentedCode } from '../core/wire/parameter.ts';
import type { RecordReader } from '../ports.ts';

/** Who asks, and what the CRM shows them. */
export type Viewer = Asker & { readonly reader: RecordReader };

/** What the gate is asked to judge: a request that wants to save, or to see a record. */
export type Intent = Viewer & {
  readonly saves: readonly Save[];
  readonly codes: readonly PresentedCode[];
  /** What would be forwarded, as text: two requests with the same text are the same request. */
  readonly identity: () => string;
  /** Lists that leave out whom they do not name. */
  readonly lists?: readonly WholeList[];
  /** Why it may not be judged, as long as any rule is enforced. */
  readonly doubt?: Doubt | undefined;
  /** What it nests and nobody declared, for the log. */
  readonly seen?: readonly SeenMember[];
};
