import type { ModuleBase } from '../../core/saving/module.ts';
import type { Meaning } from '../meaning.ts';

/** A type of a GraphQL schema, by the mutations that save its records. */
export type GraphqlModule = ModuleBase & {
  readonly dialect: 'graphql';
  readonly type: string;
  readonly idField: string;
  /** Whether a create may bring the id of its record; then it is judged as the update that it may be. */
  readonly creates: 'new' | 'upsert';
  /** By field of the Mutation type. */
  readonly mutations: Readonly<Record<string, Mutation>>;
  /** The query by which a record is read. */
  readonly record: string;
};

/** What a mutation saves. `id` and `fields` are the name of an argument or a JSON pointer into the arguments. */
export type Mutation = Meaning & {
  readonly operation: 'create' | 'update' | 'delete';
  readonly id?: string | undefined;
  readonly fields?: string | undefined;
};

/** The JSON pointer of a place that is written as one, or as the name of an argument. Empty: the arguments as a whole. */
export function pointerOf(place: string): string {
  return place === '' || place.startsWith('/') ? place : `/${place}`;
}
