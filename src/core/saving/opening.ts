/** One entry of `passthrough`: a pattern of paths, and perhaps the one method that it is about. */
export type Opening = { readonly method: string | undefined; readonly pattern: string };

/** Takes `SEARCH /items/*` or `/items/*` apart. */
export function openingOf(entry: string): Opening {
  const [, method, pattern = entry] = /^([A-Z][A-Z-]*) (.*)$/.exec(entry) ?? [];
  return { method, pattern };
}

/** Methods by which a collection is read or written everywhere; an opening for any other method opens none of its records. */
const USUAL = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Whether what the entry opens may be a save or a read of a record whose path it covers. */
export function mayBeOfRecords({ method }: Opening): boolean {
  return method === undefined || USUAL.has(method);
}
