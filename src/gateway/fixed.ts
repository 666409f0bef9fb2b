import { createHash } from 'node:crypto';
import type { Snapshot } from '../config/compile/snapshot.ts';

/** What is opened once, so that a change of it needs a restart. */
const FIXED = ['workers', 'listen', 'admin', 'secrets', 'store', 'audit', 'log', 'hashing'] as const;

/** What of that another configuration has otherwise, by the names that a file has for it. */
export function fixedChanges(current: Snapshot, next: Snapshot): readonly string[] {
  const changed = FIXED.filter((key) => textOf(next[key]) !== textOf(current[key]));
  return changed.map((key) => (key === 'secrets' ? 'secret' : key));
}

/** The same for two configurations that open the same, and for no others. */
export function fixedDigestOf(snapshot: Snapshot): string {
  const hash = createHash('sha256');
  for (const key of FIXED) hash.update(`${key}\n${textOf(snapshot[key])}\n`);
  return hash.digest('base64url');
}

/** Hidden members too. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  const members = Object.getOwnPropertyNames(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${textOf(Reflect.get(value, name))}`).join()}}`;
}
