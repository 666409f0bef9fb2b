import { ABORTS } from './aborts.ts';
import type { Case } from './case.ts';
import { CODES } from './codes.ts';
import { SAVES } from './saves.ts';

/** Every case of `withCountersign`, by its name. Each runs wherever the client does. */
export const TABLE: Readonly<Record<string, Case>> = { ...CODES, ...SAVES, ...ABORTS };

/** Runs a case against a gateway; `control` is where `stage.ts` listens. Gives what was seen, as JSON. */
export async function runCase(name: string, url: string, control: string): Promise<string> {
  const tell = async <T>(command: string, ...words: readonly unknown[]): Promise<T> => {
    const answer = await fetch(control, { method: 'POST', body: JSON.stringify([command, ...words]) });
    return (await answer.json()) as T;
  };
  return JSON.stringify(await TABLE[name]?.act({ url, tell }));
}
