import type { CollectionModule, ModuleDefinition } from './module.ts';
import type { DescribedOperation as AnyOperation, MeantOperation } from './operation-entry.ts';

/** An entry of `operations`, ready for use. */
export type DescribedOperation = AnyOperation<CollectionModule>;

/** One that a request's path and query may be. */
export type Described = MeantOperation<CollectionModule>;

/** A path with the modules behind it, all of one dialect, and what of a request's path lies below it. */
export type Mount<M extends ModuleDefinition = ModuleDefinition> = {
  readonly path: string;
  /** One at least. */
  readonly definitions: readonly [M, ...M[]];
  readonly segments: readonly string[];
  /** Whether the path ends in a slash, without which some servers know no such address. It is sent as it came. */
  readonly slash?: boolean;
  /**
   * The operations of the modules that the request's method, path and query are; empty where it is no described operation, and nothing else
   * that a module's path stands for. Undefined where the path is a module's own.
   */
  readonly described?: readonly Described[] | undefined;
};
