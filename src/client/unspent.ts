import { type Codes, NONE } from './codes.ts';
import type { Repeatable } from './repeatable.ts';

type Identified = Pick<Repeatable, 'identity'>;

/** Codes that a save of the same request may still need: it was not saved, or nobody knows. */
export type Unspent = {
  /** The codes of an identical request. */
  of(request: Identified): Codes;
  /** Keeps codes that were given back, or are held for the identical request, until it is sent again. */
  note(request: Identified, codes: Codes, response: Response): void;
};

/** Codes of requests that are never sent again are forgotten. */
const MOST = 100;

/** No code was left over yet. */
export function createUnspent(): Unspent {
  const kept = new Map<string, Codes>();
  return {
    of: ({ identity }) => (identity !== undefined && kept.get(identity)) || NONE,
    note({ identity }, codes, { headers }) {
      if (identity === undefined) return;
      const isUnspent = ['kept', 'held'].includes(headers.get('OTPRULES-Code') ?? '');
      kept.delete(identity);
      if (!isUnspent || codes.size === 0) return;
      kept.set(identity, codes);
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    },
  };
}
