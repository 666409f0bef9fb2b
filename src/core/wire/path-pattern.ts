/** Words, perhaps joined, what OData calls by a `$` and CouchDB by a `_`, and versions such as `v1` and `v8.3`: what names a kind of thing, and no single one. */
const NAME = /^(?:_[a-z]{2,20}(?:_[a-z]{1,20}){0,2}|\$?[A-Za-z][A-Za-z_.-]{0,39}|[Vv]\d+(?:\.\d+)*)$/;
const MAX_SEGMENTS = 8;

/**
 * A path without what tells one record from another, `/api/Invoices/*` for `/api/Invoices/45`, in the spelling of `passthrough`:
 * short, of few kinds, and without addresses.
 */
export function pathPatternOf(path: string): string {
  const segments = path.replace(/\/+$/, '').split('/').slice(1);
  const shown = segments
    .slice(0, MAX_SEGMENTS)
    .map((segment) => (segment === '' || NAME.test(segment) ? segment : '*'));
  return `/${[...shown, ...(segments.length > MAX_SEGMENTS ? ['**'] : [])].join('/')}`;
}
