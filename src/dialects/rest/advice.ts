import type { CollectionModule } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { openEndOf } from '../../core/wire/open-ended.ts';
import { isId } from './shapes.ts';

/** What a write that nobody can judge may have been meant as, and what the configuration has to say then. */
export function whyUnknown({
  path,
  segments,
  definitions: [definition],
  described,
}: Mount<CollectionModule>): string | undefined {
  const [segment = '', ...below] = segments;
  const isBare =
    described !== undefined ||
    definition.ids === 'any' ||
    segment.startsWith('_') ||
    openEndOf([path, ...segments].join('/')) !== undefined;
  if (isBare || below.length > 0 || segments.length === 0 || isId(segment, definition)) return undefined;
  return `The module ${definition.name} has numbered ids ("ids: numbered"), and this path ends with a name that has no digit. If that is the id of a record, set "ids: any" in the module.`;
}
