import type { Save } from '../../core/saving/save.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { FoundRecord } from '../../ports.ts';

/** What a client hears whose save is for another version. */
export const OUTDATED = 'The record has another version than "If-Match" names. Read it again.';

/** The save for the version of the record that was judged, and no other; undefined where the client means another one. */
export function conditional(
  outgoing: OutgoingRequest,
  saves: readonly Save[],
  recordOf: (save: Save) => FoundRecord | undefined,
): OutgoingRequest | undefined {
  const version = saves.length === 1 && saves[0] ? recordOf(saves[0])?.record.version : undefined;
  // A weak one never matches: RFC 9110 §13.1.1.
  if (!version || version.startsWith('W/')) return outgoing;
  const meant = valuesOf(outgoing.headers, 'if-match').flatMap((value) => value.match(ENTITY_TAG) ?? [value]);
  if (meant.length > 0 && !meant.includes(version) && !meant.includes('*')) return undefined;
  const others = outgoing.headers.filter(([name]) => name.toLowerCase() !== 'if-match');
  return { ...outgoing, headers: [...others, ['if-match', version]] };
}

/** Source: RFC 9110 §8.8.3. */
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;
