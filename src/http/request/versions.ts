import type { Save } from '../../core/saving/save.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { RecordReader } from '../../ports.ts';

/** A reader that can tell which version of a record it read. */
type VersionedReader = RecordReader & { versionOf(save: Save): string | undefined };

/** Remembers the versions of the records that were read. A weak one is left out: `If-Match` never matches it (RFC 9110 §13.1.1). */
export function rememberVersions(reader: RecordReader): VersionedReader {
  const versions = new Map<string, string>();
  return {
    async read(name, id) {
      const answer = await reader.read(name, id);
      const version = answer.kind === 'found' ? answer.record.version : undefined;
      if (version && !version.startsWith('W/')) versions.set(`${name}\n${id}`, version);
      return answer;
    },
    vouchesFor: (name, id) => reader.vouchesFor(name, id),
    versionOf: ({ module: name, id }) => versions.get(`${name}\n${id}`),
  };
}

/** What a client hears whose save is for another version. */
export const OUTDATED = 'The record has another version than "If-Match" names. Read it again.';

/** The save for the version of the record that was judged, and no other; undefined where the client means another one. */
export function conditional(
  outgoing: OutgoingRequest,
  saves: readonly Save[],
  reader: VersionedReader,
): OutgoingRequest | undefined {
  const version = saves.length === 1 && saves[0] ? reader.versionOf(saves[0]) : undefined;
  if (version === undefined) return outgoing;
  const meant = valuesOf(outgoing.headers, 'if-match').flatMap((value) => value.match(ENTITY_TAG) ?? [value]);
  if (meant.length > 0 && !meant.includes(version) && !meant.includes('*')) return undefined;
  const others = outgoing.headers.filter(([name]) => name.toLowerCase() !== 'if-match');
  return { ...outgoing, headers: [...others, ['if-match', version]] };
}

/** Source: RFC 9110 §8.8.3. */
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;
