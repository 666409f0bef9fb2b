import type { Draft } from './draft.ts';
import { type DescribedRequest, isPlain, nameIn } from './paths.ts';

/** `{id}`, `{id}.json` or `Orders({id})`: a segment that an id fills, alone or with something around it. */
const ITEM = /^([^{}]*)\{([^{}]+)\}([^{}]*)$/;

/**
 * The collections of a document: paths with a record below them. One that lies below another one is no collection by itself: requests there are
 * actions on the records of that one.
 */
export function collectionsIn(requests: readonly DescribedRequest[]): readonly Draft[] {
  const byPath = Map.groupBy(
    requests.filter(({ segments }) => ITEM.test(segments.at(-1) ?? '')),
    ({ path }) => path,
  );
  const drafts = new Map<string, Draft>();
  const shortest = [...byPath].sort(
    ([, [one]], [, [two]]) => (one?.segments.length ?? 0) - (two?.segments.length ?? 0),
  );
  for (const [itemPath, items] of shortest) {
    const draft = draftOf(itemPath, items, requests);
    const isBelow = (other: Draft) => isWithin(draft?.path ?? '', other.path) || isOwnedBy(items[0], other);
    if (!draft || [...drafts.values()].some(isBelow)) continue;
    const name = freeName(draft, drafts);
    drafts.set(name.toLowerCase(), { ...draft, name });
  }
  return [...drafts.values()];
}

function draftOf(
  itemPath: string,
  items: readonly DescribedRequest[],
  requests: readonly DescribedRequest[],
): Draft | undefined {
  const segments = itemPath.split('/').slice(1);
  const [, before = '', , after = ''] = ITEM.exec(segments.at(-1) ?? '') ?? [];
  const parents = segments.slice(0, -1);
  const own = before.replace(/[^A-Za-z0-9_~-]+$/, '');
  const plain = [...parents, ...(own === '' ? [] : [own])].filter((segment) => nameIn(segment) === undefined);
  if (plain.length === 0 || !plain.every(isPlain)) return undefined;
  const listPath = `/${[...parents, ...(own === '' ? [] : [own])].join('/')}${own === '' ? after : ''}`;
  const name = (plain.at(-1) ?? '')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, 60);
  if (name === '') return undefined;
  return {
    name,
    path: `/${plain.join('/')}`,
    around: [before, after],
    itemPath,
    items,
    lists: requests.filter(({ path }) => path === listPath),
  };
}

/** Where the name is taken, the segment before it says which one is meant. */
function freeName({ name, path }: Draft, taken: ReadonlyMap<string, Draft>): string {
  if (!taken.has(name.toLowerCase())) return name;
  const segments = path.split('/').slice(1);
  const longer = segments.slice(-2).join('_');
  return taken.has(longer.toLowerCase()) ? segments.join('_') : longer;
}

/** Whether the request is about one record of the collection, or something below it. */
export function isOwnedBy(
  request: DescribedRequest | undefined,
  { itemPath }: Pick<Draft, 'itemPath'>,
): boolean {
  const item = itemPath.split('/').slice(1);
  const segments = request?.segments ?? [];
  return (
    segments.length > item.length &&
    item.every((segment, index) =>
      segment.includes('{') ? (segments[index] ?? '').includes('{') : segment === segments[index],
    )
  );
}

/** Whether the path is the other, or below it. */
export function isWithin(path: string, other: string): boolean {
  return `${path}/`.toLowerCase().startsWith(`${other}/`.toLowerCase());
}
