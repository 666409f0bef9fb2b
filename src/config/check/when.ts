import type { Diagnostic } from '../explain/problem.ts';

/** The one finding, where it holds; else none. */
export function when(holds: boolean, path: Diagnostic['path'], message: string): readonly Diagnostic[] {
  return holds ? [{ path, message }] : [];
}
