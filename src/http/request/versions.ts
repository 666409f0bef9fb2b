import type { ModuleDefinition } from '../../core/saving/module.ts';
import type { Save } from '../../core/saving/save.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { valuesOf } from '../../core/wire/headers.ts';
import type { FoundRecord, Log } from '../../ports.ts';

/** What a client is told whose save is for another version. */
export const OUTDATED = 'The record has another version than "If-Match" names. Read it again.';

/** The save for the version of the record that was judged, and no other; undefined where the client means another one. */
export function conditional(
  outgoing: OutgoingRequest,
  saves: readonly Save[],
  recordOf: (save: Save) => FoundRecord | undefined,
): OutgoingRequest | undefined {
  const version = saves.length === 1 && saves[0] ? recordOf(saves[0])?.record.version : undefined;
  if (!version || isWeak(version)) return outgoing;
  const meant = valuesOf(outgoing.headers, 'if-match').flatMap((value) => value.match(ENTITY_TAG) ?? [value]);
  if (meant.length > 0 && !meant.includes(version) && !meant.includes('*')) return undefined;
  const others = outgoing.headers.filter(([name]) => name.toLowerCase() !== 'if-match');
  return { ...outgoing, headers: [...others, ['if-match', version]] };
}

/** `If-Match` never matches it: RFC 9110 §13.1.1. */
function isWeak(version: string): boolean {
  return version.startsWith('W/');
}

/** Modules of which the log has said that `ifMatch` cannot help them: once a configuration is enough. */
const WARNED = new WeakSet<object>();

/** Says in the log what `ifMatch` does where the CRM has weak versions: nothing. */
export function warnOfWeak(
  definition: Pick<ModuleDefinition, 'name'>,
  record: FoundRecord | undefined,
  { log }: { readonly log: Log },
): void {
  if (WARNED.has(definition) || !isWeak(record?.record.version ?? '')) return;
  WARNED.add(definition);
  log.warn(
    { module: definition.name },
    'the CRM gives weak ETags (W/"…"), which If-Match never matches: saves go on without it, and "ifMatch" of the module does nothing',
  );
}

/** Source: RFC 9110 §8.8.3. */
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;
