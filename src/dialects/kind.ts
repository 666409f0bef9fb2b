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
  readonly doors?: readonly string[];
};

/** How a first module is written, and tested. */
export type Starter = {
  /** Where the API usually is; left out where each module has a path of its own. */
  readonly path?: string;
  /** Keys that nobody can guess, by the flags that give them. */
  readonly keys: readonly { readonly name: string; readonly flag: string; readonly message: string }[];
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
