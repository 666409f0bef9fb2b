import type { Body } from '../core/body.ts';
import type { ModuleDefinition } from '../core/door.ts';
import type { Json } from '../core/json.ts';
import type { Outcome } from '../core/ledger.ts';
import type { Problem } from '../core/problem.ts';
import type { PresentedCode, Save, StoredRecord } from '../core/save.ts';
import type { UpstreamAnswer } from '../core/verdict.ts';

/**
 * How one CRM API says "save". Pure: bytes in, values out. All that countersign knows of a CRM is behind these functions;
 * see `docs/own-dialect.md`.
 */
export interface Dialect {
  readonly name: ModuleDefinition['dialect'];
  /** What the request does, from its method and place alone. `unknown` is a write that the dialect cannot read. */
  recognise(method: string, door: Door): 'read' | 'delete' | 'save' | 'unknown';
  /** Names that steer the request or name its record: in a form each may stand once, and none of them in the address. */
  controlNames(definition: ModuleDefinition): readonly string[];
  /** Reads the records of a request that saves, with the codes cut out. */
  read(method: string, door: Door, body: Body): Reading;
  /** The save of a request that deletes. */
  readDelete(door: Door): Save;
  /** How to ask for a stored record: a path below the CRM's base address. */
  recordPath(definition: ModuleDefinition, id: string): string;
  /** The stored record in a 200 answer, the id by which the CRM knows it where it says so, or undefined. */
  recordOf(definition: ModuleDefinition, body: Json, version: string | undefined): RecordReading | undefined;
  /** Whether the answer means that the save was stored. */
  outcomeOf(answer: Pick<UpstreamAnswer, 'status' | 'body'>): Outcome;
  /** A refusal in the CRM's own envelope. */
  refusal(problem: Problem): Envelope;
}

/** The place of a request: a module's path and the segments below it. */
export type Door = { readonly definition: ModuleDefinition; readonly segments: readonly string[] };

export type Reading =
  | {
      readonly ok: true;
      readonly saves: readonly Save[];
      readonly codes: readonly PresentedCode[];
      readonly body: Body;
    }
  | { readonly ok: false; readonly detail: string };

export type RecordReading = { readonly record: StoredRecord; readonly id: string | undefined };

export type Envelope = { readonly status: number; readonly contentType: string; readonly body: string };
