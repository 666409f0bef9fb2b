import type { Caller, Save } from '../saving/save.ts';
import type { JsonObject } from '../wire/json.ts';

/** All that criteria may ask about. */
export type Facts = {
  readonly save: Save;
  /** What is stored; null for a record that does not exist yet. */
  readonly before: JsonObject | null;
  readonly caller: Caller;
  readonly request: { readonly method: string; readonly path: string };
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Those that are known already. What is undefined may turn out to be anything. */
export type Known = Pick<Facts, 'save'> & {
  readonly [K in Exclude<keyof Facts, 'save'>]?: Facts[K] | undefined;
} & {
  /** Whether the save may be of any record of its module, whatever id it names. */
  readonly isAnyRecord?: true;
};

/** What is known as soon as a request was read: of a record that does not exist yet, that nothing is stored. */
export function knownOf(save: Save): Known {
  return { save, before: save.id === null ? null : undefined };
}
