import { type GuardedNames, guardedNames } from '../../core/likeness/guarded-names.ts';
import type { Nesting } from '../../core/nesting/members.ts';
import type { Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { ModuleDefinition } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Routes } from '../../core/saving/route.ts';
import { OVERRIDE_FIELDS } from '../../core/wire/method.ts';
import { dialectOf } from '../../dialects/all.ts';
import type { Gate } from '../../gate/gate.ts';
import type { Log, Random, Upstream } from '../../ports.ts';
import type { BodyReader } from '../body/read-body.ts';
import type { Callers } from './callers.ts';
import type { CorsPolicy } from './cors.ts';
import type { GuardedExchange, Refuse } from './exchange.ts';
import type { Origins } from './origin.ts';
import type { Uploads } from './uploads.ts';

/** All that HTTP works with, for one configuration. */
export type HttpContext = {
  readonly routes: Routes;
  readonly policy: Policy;
  readonly nesting: Nesting;
  readonly guardedNamesOf: (mount: Mount) => GuardedNames;
  /** The fields that a code for a write to a mount may be bound to: the guarded ones, and what messages show. */
  readonly boundNamesOf: (mount: Mount) => readonly string[];
  readonly modules: ReadonlyMap<string, ModuleDefinition>;
  readonly guardedReads: readonly GuardedRead[];
  readonly gate: Gate;
  /** The way to the CRM of that name; without one, to the one where everything goes. */
  readonly upstreamOf: (name: string | undefined) => Upstream;
  /** The form of refusals of the whole. */
  readonly refusal: Refuse | undefined;
  readonly origins: Origins;
  readonly callers: Callers;
  readonly bodies: BodyReader;
  /** What is streamed to the CRM now. */
  readonly uploads: Uploads;
  /** For what providers report. */
  readonly reportBodies: BodyReader;
  /** For what customers answer on pages. */
  readonly pageBodies: BodyReader;
  /** The origin of the pages, as browsers name it; undefined where there are none. */
  readonly publicOrigin: string | undefined;
  /** Bytes of a body that are read into memory; files of a multipart form are not. */
  readonly fieldBytes: number;
  readonly unmappedWrites: 'refuse' | 'forward';
  readonly unmappedReads: 'refuse' | 'forward';
  /** Segments of paths by which a CRM of the modules saves beside its API. */
  readonly otherDoors: ReadonlySet<string>;
  /** `shadow`: what would be refused is logged and goes on. */
  readonly mode: 'enforce' | 'shadow' | 'off';
  /** Pages of other origins that may read our answers. */
  readonly cors: CorsPolicy | undefined;
  readonly log: Log;
  readonly random: Random;
};

/** The way to the CRM of the request's module. */
export function upstreamFor(
  { mount }: Pick<GuardedExchange, 'mount'>,
  { upstreamOf }: Pick<HttpContext, 'upstreamOf'>,
): Upstream {
  return upstreamOf(mount.definitions[0].upstream);
}

/** Where records are whose reads are guarded: the path of their module, or that of its lookup, in small letters, and whether that is enforced. */
export type GuardedRead = {
  readonly prefix: string;
  readonly mode: Rule['mode'];
  readonly isLookup?: boolean;
};

/** Gives the names that a write to a mount may say once only, and not in its address: those that steer it, and the guarded fields. */
export function guardedNamesBy(policy: Policy, mode: HttpContext['mode']): HttpContext['guardedNamesOf'] {
  const isShadow = mode === 'shadow';
  const known = new Map<string, GuardedNames>();
  return (mount) => {
    const key = mount.definitions.map(({ name }) => name).join('\n');
    const earlier = known.get(key);
    if (earlier) return earlier;
    const fields = mount.definitions.flatMap(({ name }) => policy.guardedFieldsOf(name, isShadow));
    const names = guardedNames(
      [...OVERRIDE_FIELDS, ...dialectOf(mount.definitions[0]).controlNames(mount)],
      fields,
      mount.definitions.flatMap(listsOfColumns),
    );
    known.set(key, names);
    return names;
  };
}

/** Lists whose items are columns of the record, each with its name and its value. */
function listsOfColumns(definition: ModuleDefinition): readonly string[] {
  return 'columns' in definition ? Object.keys(definition.columns ?? {}) : [];
}

/** The guarded fields with those that messages show, of which a write has to say what becomes of them. */
export function boundNamesBy(
  policy: Policy,
  guardedNamesOf: HttpContext['guardedNamesOf'],
): HttpContext['boundNamesOf'] {
  return (mount) => [
    ...guardedNamesOf(mount).fields,
    ...mount.definitions.flatMap(({ name }) => policy.shownFieldsOf(name)),
  ];
}
