import type { Snapshot } from '../../config/compile/snapshot.ts';
import { shortOf } from '../../core/saving/front-controller.ts';
import { entryPathsOf, lookupsOf, type ModuleDefinition } from '../../core/saving/module.ts';
import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import { PATH_OVERRIDES } from '../../core/wire/headers.ts';
import { OVERRIDE_HEADERS } from '../../core/wire/method.ts';
import { headerNameOf, sanitise } from '../../core/wire/parameter.ts';
import { dialectOf } from '../../dialects/all.ts';
import {
  ANY_PATH,
  ANY_QUERY,
  behindScript,
  below,
  METHOD_IN_QUERY,
  matching,
  once,
  PLAIN_QUERY,
  saying,
  startingWith,
  twice,
} from './patterns.ts';

/** Requests of one kind that go straight to the CRM: all of it has to hold. */
export type Lane = {
  /** What they are, for people. */
  readonly about: string;
  readonly methods: readonly string[];
  /** What the whole target of the request matches, as it was written. */
  readonly target: string;
  /** What it does not match, whatever the case; one that starts with `^` counts from its start. */
  readonly unless: readonly string[];
  /** Headers that it does not have, in lower case. */
  readonly without: readonly string[];
  /** Whether it has no body. */
  readonly isBodyless: boolean;
};

/** What goes straight to the CRM; all else goes to the gateway. */
export type RoutePlan = {
  readonly lanes: readonly Lane[];
  /** Headers of codes and grants, in lower case: no CRM gets one. A request with one goes to the gateway, or straight without it. */
  readonly codes: readonly string[];
  /** Headers by which a proxy tells the gateway who asks: a client's own are taken out. */
  readonly names: readonly string[];
};

const READS = ['GET', 'HEAD'];
const WRITES = ['POST', 'PUT', 'PATCH', 'DELETE'];
/** By which a request is another one than its first line says, or no request any more. */
const MISLEADING = [...PATH_OVERRIDES, 'upgrade'];
const ASKING = [...OVERRIDE_HEADERS, ...MISLEADING];
const FRAMING = ['content-length', 'transfer-encoding'];

/** Finds what surely needs no gateway. Each lane says what has to hold; what nobody thought of is in none. */
export function planOf(snapshot: Snapshot): RoutePlan {
  const { modules, passthrough, rules, callers } = snapshot;
  const byPath = [...Map.groupBy(modules, ({ path }) => path)];
  const places = [...modules.flatMap(placesOf), ...guardedIn(snapshot).flatMap(lookupsOf)];
  const closed = startingWith([CONTROL_PREFIX, ...places]);
  const read = { methods: READS, without: ASKING, isBodyless: true };
  const mounts = byPath.flatMap(([path]) => mountLane(path, snapshot));
  const others: Lane = {
    ...read,
    about: 'reads on paths of no module',
    target: ANY_PATH + PLAIN_QUERY,
    unless: [closed, METHOD_IN_QUERY, ...scriptsIn(snapshot)],
  };
  const opened = passthrough.flatMap((pattern) => matching(pattern) ?? []);
  const open = { unless: [closed], without: MISLEADING, isBodyless: false };
  return {
    lanes: [
      ...mounts,
      ...(snapshot.unmappedReads === 'forward' ? [others] : []),
      ...(opened.length > 0
        ? [
            {
              ...open,
              about: 'what "passthrough" opens',
              methods: [...READS, ...WRITES, 'OPTIONS'],
              target: `(?:${opened.join('|')})${ANY_QUERY}`,
            },
          ]
        : []),
      ...(snapshot.unmappedWrites === 'forward'
        ? [
            {
              ...open,
              about: 'writes on paths of no module ("unmappedWrites: forward")',
              methods: WRITES,
              target: ANY_PATH + PLAIN_QUERY,
              unless: [closed, ...behindScript(modules.flatMap(placesOf))],
              without: ASKING,
            },
          ]
        : []),
    ],
    codes: [
      'otprules-otp',
      'otprules-grant',
      ...new Set(rules.flatMap(({ id, name }) => [id, sanitise(name)].map(codeHeaderOf))),
    ],
    names: callers.flatMap((source) => (source.kind === 'header' ? [source.name.toLowerCase()] : [])),
  };
}

/** Where reads of records are guarded, so is what a front controller may show of them. */
function scriptsIn({ rules, modules }: Pick<Snapshot, 'rules' | 'modules'>): readonly string[] {
  const guarded = guardedIn({ rules, modules });
  return guarded.length === 0
    ? []
    : behindScript(guarded.flatMap((one) => [...placesOf(one), ...lookupsOf(one)]));
}

/** The modules whose records' reads are guarded. */
function guardedIn({ rules, modules }: Pick<Snapshot, 'rules' | 'modules'>): Snapshot['modules'] {
  const guarded = new Set(rules.flatMap(({ module: name, on }) => (on.has('read') ? [name] : [])));
  return modules.filter(({ name }) => guarded.has(name));
}

const codeHeaderOf = (alias: string) => headerNameOf(alias).toLowerCase();

/** Where requests about the module's records go: its path, and what its operations name, up to the first name in braces. */
function placesOf(definition: ModuleDefinition & Operating): readonly string[] {
  const described = (definition.operations ?? []).map(({ request }) => {
    const [, path = '/'] = /^\S+ ([^?]*)/.exec(request) ?? [];
    const [head = ''] = path.split('{');
    return (head === path ? head : head.replace(/[^/]*$/, '')).replace(/\/+$/, '');
  });
  return [...entryPathsOf(definition), ...described, ...described.flatMap((path) => shortOf(path) ?? [])];
}

/** Requests that an operator describes: `METHOD /path/{id}`. */
type Operating = { readonly operations?: readonly { readonly request: string }[] | undefined };

/** The reads on the path of modules that surely save nothing, where no rule is about reads there. */
function mountLane(path: string, snapshot: Snapshot): readonly Lane[] {
  const { modules, rules, unmappedReads } = snapshot;
  const definitions = modules.filter((each) => each.path === path);
  const [first, ...more] = definitions;
  if (!first) return [];
  const isGuarded = rules.some(
    ({ module: name, on }) => on.has('read') && definitions.some((each) => each.name === name),
  );
  const dialect = dialectOf(first);
  const sure = isGuarded ? undefined : dialect.sureReads?.([first, ...more]);
  // Their reads mean what they say, and only the gateway reads that.
  if (definitions.some((each) => placesOf(each).length > 1)) return [];
  // Which of those are named by nobody, and refused, only the gateway knows.
  if (!sure || (unmappedReads === 'refuse' && sure.below === 'anything')) return [];
  const target = below(path, sure.below);
  if (target === undefined) return [];
  return [
    {
      about: `reads of ${definitions.map(({ name }) => name).join(', ')}`,
      methods: READS,
      target: target + (sure.by ? saying(sure.by.parameter, sure.by.words) : PLAIN_QUERY),
      unless: [
        METHOD_IN_QUERY,
        ...(sure.by ? [twice(sure.by.parameter)] : []),
        ...(sure.without ?? []).map(once),
        ...scriptsIn(snapshot),
      ],
      without: dialect.dropsCookies ? [...ASKING, 'cookie'] : ASKING,
      isBodyless: true,
    },
  ];
}

/** The headers that a request of the lane does not have, those of a body among them. */
export function absentFrom({ without, isBodyless }: Lane): readonly string[] {
  return isBodyless ? [...without, ...FRAMING] : without;
}
