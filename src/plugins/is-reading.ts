import { MAX_RECORDS } from '../core/nesting/merge.ts';
import type { Mount } from '../core/saving/mount.ts';

const OPERATIONS: readonly unknown[] = ['create', 'update', 'delete'];

/**
 * Whether a dialect gave what a reading is. One that says "saves" and names none, or none of the modules behind the path, would have a save
 * pass that nobody judges.
 */
export function isReading(answer: unknown, { definitions }: Mount): boolean {
  if (!isObject(answer)) return false;
  const { kind, saves, codes, detail } = answer;
  if (kind === 'unreadable') return typeof detail === 'string';
  if (kind === 'harmless' || kind === 'unmapped') return true;
  const names: readonly unknown[] = definitions.map(({ name }) => name);
  return (
    kind === 'saves' &&
    Array.isArray(codes) &&
    Array.isArray(saves) &&
    saves.length > 0 &&
    saves.length <= MAX_RECORDS &&
    saves.every((save: unknown) => isSave(save, names))
  );
}

function isSave(save: unknown, names: readonly unknown[]): boolean {
  if (!isObject(save)) return false;
  const { module: name, operation, id, fields } = save;
  const isNamed = typeof id === 'string' ? id !== '' : id === null && operation === 'create';
  return names.includes(name) && OPERATIONS.includes(operation) && isNamed && isFields(fields);
}

/** A member without a value would be taken for one that says nothing, whatever the body says. */
function isFields(fields: unknown): boolean {
  if (!(fields instanceof Map)) return false;
  return [...fields].every(([name, value]) => typeof name === 'string' && value !== undefined);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
