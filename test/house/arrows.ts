import { ADAPTERS, ROOMS, SHARED_BY_KINDS, SUB_ROOMS } from './plan.ts';
import { isOurs, packageOf, roomOf, type SourceFile, subRoomOf, targetOf } from './read.ts';

/** What joins the rooms, `gateway`, `cli` and the files at the top: they may import everything, and no room imports them. */
function isJoint(path: string): boolean {
  const room = roomOf(path);
  const isTop = !path.includes('/') && !['ports', 'contract'].includes(room);
  return room === 'cli' || room === 'gateway' || room === 'testing' || isTop;
}

/** The arrows of a file between rooms that the plan does not have. */
export function wrongArrows({ path, imports }: SourceFile): readonly string[] {
  const room = roomOf(path);
  if (isJoint(path)) return [];
  const rules = ROOMS[room];
  if (!rules) return [`${path} is in the room ${room}, which the plan of the house does not have`];
  return imports.flatMap(({ from }) => {
    if (!isOurs(from)) {
      const isAllowed = from.startsWith('node:') ? rules.node : rules.packages.includes(packageOf(from));
      return isAllowed ? [] : [`${path} imports ${from}; packages of ${room} are: ${list(rules.packages)}`];
    }
    const target = roomOf(targetOf(path, from));
    if (target === room) return [];
    if (ADAPTERS.includes(room) && ADAPTERS.includes(target))
      return [`${path} imports ${from}, and adapters do not import one another`];
    return rules.rooms.includes(target)
      ? []
      : [`${path} imports ${from}; ${room} may import the rooms: ${list(rules.rooms)}`];
  });
}

/** The arrows inside a room that its plan does not have. */
export function wrongArrowsWithin({ path, imports }: SourceFile): readonly string[] {
  const room = roomOf(path);
  const subRoom = subRoomOf(path);
  const plan = SUB_ROOMS[room];
  const shared = plan?.shared ?? SHARED_BY_KINDS[room];
  if (!shared || subRoom === undefined) return [];
  const reachable = plan ? plan.rooms[subRoom] : [];
  if (!reachable) return [`${path} is in ${room}/${subRoom}, which the plan of ${room} does not have`];
  return imports.flatMap(({ from }) => {
    const target = isOurs(from) ? targetOf(path, from) : undefined;
    if (target === undefined || roomOf(target) !== room) return [];
    const targetRoom = subRoomOf(target);
    const isAllowed =
      targetRoom === undefined
        ? shared.includes(target)
        : targetRoom === subRoom || reachable.includes(targetRoom);
    return isAllowed
      ? []
      : [
          `${path} imports ${from}; ${room}/${subRoom} may import of its room: ${list([...reachable, ...shared])}`,
        ];
  });
}

/** Files that import each other, by way of others too. */
export function circles(files: readonly SourceFile[]): readonly string[] {
  const arrows = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ from }) => isOurs(from)).map(({ from }) => targetOf(path, from)),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path))
      found.push(`these files import each other: ${[...trail.slice(trail.indexOf(path)), path].join(' > ')}`);
    if (trail.includes(path) || done.has(path)) return;
    for (const target of arrows.get(path) ?? []) walk(target, [...trail, path]);
    done.add(path);
  };
  for (const path of arrows.keys()) walk(path, []);
  return found;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
