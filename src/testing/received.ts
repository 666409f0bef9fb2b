import type { ServerResponse } from 'node:http';

/** A request as it came over the wire. */
export type Received = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Raw pairs, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
};

/** Answers in the CRM's place; `proceed` lets the CRM do what it would have done. */
export type Answer = (received: Received, response: ServerResponse, proceed: () => void) => void;

/** What a stand-in says, before it goes on the wire. */
export type Said = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is a text. */
  readonly body?: unknown;
};
