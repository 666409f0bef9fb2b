import { homeOf } from '../../../core/saving/describe.ts';
import type { Draft, DraftOperation } from './draft.ts';
import { type DescribedRequest, isWrite } from './paths.ts';

/** The collection whose records a write below a record of another one saves: `POST /customers/{id}/deliveries` makes a delivery. */
export function adopterOf(one: DescribedRequest, drafts: readonly Draft[]): Draft | undefined {
  const home = isWrite(one) ? homeOf(one.path, drafts) : undefined;
  if (!home || home.part === 'below') return undefined;
  const draft = drafts.find(({ name }) => name === home.module);
  const isOwn = draft?.path === one.path || draft?.itemPath === one.path || draft?.lists.some(isAt(one));
  return isOwn ? undefined : draft;
}

const isAt = (one: DescribedRequest) => (other: DescribedRequest) => other.path === one.path;

/** What such a write means, where its path says which record it is about; undefined where it names none. `fields`: where they stand in its body. */
export function adoptedAs(
  { method, path }: DescribedRequest,
  request: string,
  fields: string,
): DraftOperation | undefined {
  const [id] = /\{\w+\}$/.exec(request) ?? [];
  if (path.endsWith('}') && id !== undefined)
    return { request, save: method === 'DELETE' ? { operation: 'delete', id } : { id, fields } };
  return method === 'POST' ? { request, save: { operation: 'create', fields } } : undefined;
}
