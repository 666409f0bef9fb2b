import type { Described } from '../../core/saving/mount.ts';
import type { Act } from '../../core/saving/operation-entry.ts';
import type { Body } from '../../core/wire/body.ts';
import type { Json } from '../../core/wire/json.ts';

/** A described operation that saves. */
export type Saving = Described & { readonly act: Extract<Act, { kind: 'save' }> };

/** A body as it came and without its codes, as a document and as it is sent. */
export type Document = { readonly tree: Json; readonly clean: Json; readonly body: Body | null };
