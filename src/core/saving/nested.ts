import type { Json } from '../wire/json.ts';

/** Why a request may not be judged as it stands: what it nests is not declared, or cannot be read. */
export type Doubt = {
  readonly slug: 'unknown-field' | 'undeclared-nesting' | 'request-unreadable';
  /** The members in question, by their bare names. */
  readonly fields: readonly string[];
  /** What to send or declare. */
  readonly detail: string;
};

/** A list of related records that stands for all of them: those that it leaves out lose their reference to its owner. */
export type WholeList = {
  readonly owner: { readonly module: string; readonly id: string };
  /** The member of the stored record that has the list. */
  readonly member: string;
  /** The module at the other end, and the field that holds the ids of its records. */
  readonly module: string;
  readonly idField: string;
  /** Fields of the other records that refer to this one. */
  readonly references: readonly string[];
  readonly kept: readonly string[];
  /** Those that are left out, where the request names them: whom a part of the list takes out. */
  readonly left?: readonly string[];
};

/** A member that holds objects or lists and is declared nowhere, for the log: what it probably is, by its name and shape. */
export type SeenMember = {
  readonly module: string;
  readonly member: string;
  /** `value`: a column. `unclear`: it may hold records of a module, and its name does not say of which. Else records of `of`. */
  readonly as: 'value' | 'relation' | 'unclear';
  readonly of?: string;
};

/** Stands in a judged save for a record that has no id yet. */
export const NO_ID_YET: Json = new Map();
