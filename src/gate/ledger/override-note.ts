import type { Code } from '../../core/ledger/row.ts';
import type { Keyring } from '../../ports.ts';

/** Who vouched for a save, and why. */
export type OverrideNote = { readonly user: string; readonly reason: string };

/** The note as it is kept in a row: sealed under the secret. */
export function sealNote(note: OverrideNote, key: string, codeId: Code['id'], keyring: Keyring): string {
  return keyring.seal(JSON.stringify(note), contextOf(key, codeId));
}

/** The note that was sealed for this code; undefined where no secret of this gateway sealed it. */
export function openNote(
  sealed: string,
  key: string,
  codeId: Code['id'],
  keyring: Keyring,
): OverrideNote | undefined {
  const text = keyring.open(sealed, contextOf(key, codeId));
  return text === undefined ? undefined : (JSON.parse(text) as OverrideNote);
}

function contextOf(key: string, codeId: string): string {
  return `override\n${key}\n${codeId}`;
}
