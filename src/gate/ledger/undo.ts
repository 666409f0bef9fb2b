import type { Tools } from './tools.ts';

/** Undoes what was done before a fault, and throws that fault, also where undoing fails: then the log has both. */
export async function undoAndThrow(
  fault: unknown,
  undo: () => Promise<unknown>,
  { log }: Pick<Tools, 'log'>,
): Promise<never> {
  try {
    await undo();
  } catch (err) {
    log.error({ err }, 'what was done before a fault could not be undone');
  }
  throw fault;
}
