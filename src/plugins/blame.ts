import { CountersignError } from '../core/fault.ts';

/** What a plug-in is asked for, for messages: `the plug-in acme, channel pigeon`. */
export type Blamed = { readonly plugin: string; readonly what: string };

/** The fault of a plug-in, named. Faults that it throws by their code stay what they are. */
export function blame({ plugin, what }: Blamed, doing: string, error: unknown): CountersignError {
  if (error instanceof CountersignError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const message = `the plug-in ${plugin}: ${what} failed in ${doing}: ${said}`;
  return new CountersignError('plugin-failed', message, { cause: error });
}

/** Opens; what is thrown at once is a fault with its name. */
export function openBy<T>(open: () => T, blamed: Blamed): T {
  try {
    return open();
  } catch (error) {
    throw blame(blamed, 'open', error);
  }
}
