import type * as z from 'zod';
import type { ModuleDefinition } from '../core/saving/module.ts';
import type { Dialect } from './dialect.ts';

/** One value of `dialect` in the configuration: the keys of its modules, and how its CRM says "save". */
export type DialectKind<
  Schema extends z.ZodType = z.ZodType,
  M extends ModuleDefinition = ModuleDefinition,
> = {
  /** The keys of a module, `dialect` among them. */
  readonly schema: Schema;
  readonly dialect: Dialect<M>;
  /** Its modules share a path: requests name their module by its type. */
  readonly sharesPath: boolean;
  /** Its modules are collections with addresses of their own, and have the keys of such. */
  readonly isCollection?: true;
  /** What a first configuration of such a module is made of, where somebody who asks for it can be helped. */
  readonly starter?: Starter;
  /** Places below the path of its modules at which their requests arrive; where it is left out, all that lies below it. */
  readonly entryPaths?: readonly string[];
};

/** How a first module is written, and tested. */
export type Starter = {
  /** Where the API usually is; left out where each module has a path of its own. */
  readonly path?: string;
  /** What its own pages post beside the API. */
  readonly passthrough?: readonly string[];
  /** What else has to be known, by the flags that give it. */
  readonly keys: readonly StarterKey[];
  /** The keys of the module beside its dialect and path; by default what `keys` asks for. `fields` are those that the rule reads. */
  entry?(module: StartedModule, fields: readonly string[]): object;
  /** A save of one record, as a client sends it: a request as cases of tests have it. */
  save(entry: StartedModule, fields: Readonly<Record<string, string>>): object;
  /** How the CRM tells its modules by itself. */
  readonly survey?: {
    /** The flag of the key that it tells. */
    readonly flag: string;
    listPath(session: string): string;
    modulePath(name: string, session: string): string;
    /** The modules in the first answer, and the key in the others; undefined where there is none. */
    namesIn(answer: unknown): readonly string[] | undefined;
    keyIn(answer: unknown): string | undefined;
  };
};

/** Something to ask for. `preset` is what is meant where nobody says anything else, by the name of the module. */
export type StarterKey = {
  readonly name: string;
  readonly flag: string;
  readonly message: string;
  preset?(moduleName: string): string;
};

/** A module as somebody described it, with the keys of its dialect. */
export type StartedModule = { readonly name: string; readonly path: string } & Readonly<
  Record<string, string>
>;

/** Gives the kind the types of its own modules. */
export function dialectKind<Schema extends z.ZodType, M extends ModuleDefinition>(
  kind: DialectKind<Schema, M>,
): DialectKind<Schema, M> {
  return kind;
}

/** Asks for the CRM's own name of a module, which is often that of the module. */
export function typeKey(what: string): StarterKey {
  return { name: 'type', flag: 'type', message: `its ${what} in the CRM`, preset: (name) => name };
}

/** The keys without a type that is the name. */
export function withoutOwnName({ name, path: _, type, ...keys }: StartedModule): object {
  return { ...(type !== name && { type }), ...keys };
}
