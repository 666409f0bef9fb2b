/*
 * What was seen during a run, in one process and by one clock: milliseconds since it began. A save is known by its note, which
 * is written once: whoever presents another code, or wants another save, writes another note.
 */

/** One request of the load, and what became of it. */
export type Asked = {
  readonly record: string;
  /** What the customer is asked about. */
  readonly ref: string;
  readonly note: string;
  readonly code: string;
  /** Of somebody who holds the newest code, and sends the same save until they are told what became of it. */
  readonly isHonest: boolean;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** 0: the connection ended. `SILENCE`: nothing came at all. */
  readonly status: number;
  /** `OTPRULES-Result` and `OTPRULES-Code`. */
  readonly result: string | null;
  readonly fate: string | null;
};

/** A save that came to the CRM, and what it did with it. */
export type Arrival = {
  readonly record: string;
  readonly ref: string;
  readonly note: string;
  readonly at: number;
  readonly saved: boolean;
  /** It was answered with a refusal. */
  readonly refused: boolean;
};

/** A code as the customer got it. */
export type Mail = { readonly record: string; readonly ref: string; readonly code: string };

export type History = {
  readonly asked: readonly Asked[];
  readonly arrivals: readonly Arrival[];
  readonly mails: readonly Mail[];
  /** How many wrong codes a record allows for the time of the run. */
  readonly budget: number;
};

export const SILENCE = -1;
