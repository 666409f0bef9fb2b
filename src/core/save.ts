import type { Json, JsonObject } from './json.ts';

export type Operation = 'create' | 'update' | 'delete';

/** One record that a request wants stored, as the dialect read it. */
export type Save = {
  /** The configuration's name for the module, `DeliveryNotes`. */
  readonly module: string;
  readonly operation: Operation;
  /** The CRM's own name for what is none of the three, `reopen`: it may change more than its fields say. Criteria see it as the operation. */
  readonly verb?: string;
  /** The record's id exactly as it will be forwarded; null where the CRM has yet to give it one. */
  readonly id: string | null;
  /** The new values, without the codes. */
  readonly fields: JsonObject;
};

/** The CRM's stored record. */
export type StoredRecord = {
  readonly fields: JsonObject;
  /** The CRM's version of it, where it tells one (`ETag`). */
  readonly version?: string;
};

/** A code as a client sent it. */
export type PresentedCode = {
  /** The rule's id or sanitised name, in lower case. */
  readonly alias: string;
  /** The record it is for, where the place says so (`7/45=123456`). */
  readonly record?: string;
  readonly value: Json;
};

/** Who asks. What could not be verified is empty. */
export type Caller = {
  readonly ip: string;
  readonly user: string;
  readonly role: string;
  readonly claims: JsonObject;
  /** The name of Basic credentials, until the CRM has vouched for it. No fact. */
  readonly claimed?: string;
};

/** One request that wants to save, with all that the gate needs to judge it. */
export type Intent = {
  readonly saves: readonly Save[];
  readonly codes: readonly PresentedCode[];
  /** What would be forwarded, as text: two requests with the same text are the same request. */
  readonly identity: string;
  readonly caller: Caller;
  /** Under which the caller's requests are counted: a verified name, else his credentials, else his address. Never shown. */
  readonly principal: string;
  readonly request: { readonly id: string; readonly method: string; readonly path: string };
};
