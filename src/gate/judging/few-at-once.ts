/** What is asked of the CRM side by side for one request that is about many records: they do not wait for each other, and the CRM is not flooded. */
const AT_ONCE = 8;

/** Asks about all, a few at once, and gives the answers of each few in the same order. Whoever stops taking answers stops the asking. */
export async function* fewAtOnce<T, Answer>(
  all: readonly T[],
  ask: (one: T) => Promise<Answer>,
): AsyncGenerator<readonly Answer[]> {
  for (let first = 0; first < all.length; first += AT_ONCE)
    yield await Promise.all(all.slice(first, first + AT_ONCE).map(ask));
}
