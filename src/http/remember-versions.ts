import type { Save } from '../core/save.ts';
import type { RecordReader } from '../ports.ts';

/** A reader that can tell which version of a record it read. */
export type VersionedReader = RecordReader & { versionOf(save: Save): string | undefined };

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
