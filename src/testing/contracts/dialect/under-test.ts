import type { PluginInput } from '../../../config/schema/schema.ts';
import type { Plugin } from '../../../plugins/plugin.ts';
import type { Answered } from '../../call.ts';
import type { Received } from '../../received.ts';
import type { Answer, StandIn } from '../../stand-in.ts';

/** A request as a client of the CRM would send it. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** The fields of a record by their names in the CRM. */
export type Fields = Readonly<Record<string, unknown>>;

/** A stand-in for the CRM, with one record that is guarded. */
export type GuardedCrm = StandIn & {
  /** The fields of the guarded record as they are stored; undefined where it is gone. */
  stored(): Fields | undefined;
};

/** Saves that close the record, if anything does, and that are no save. */
export type Mistakes = {
  /** The record's fields are not JSON. */
  readonly notJson: Call;
  /** The fields, or one of them, stand there twice. */
  readonly twice: Call;
  /** They stand in the address. */
  readonly inTheAddress: Call;
  /** The record is of a kind that the CRM has not. */
  readonly ofNoModule: Call;
  /** It is said to be of two kinds, or to be two records. */
  readonly againstItself: Call;
  /** 201 records at once. */
  readonly tooMany: Call;
};

/**
 * A dialect to be examined: a CRM with one record, how its clients ask for it and save it, and how it refuses. The record's
 * `status` is not "Closed", and its `email` is an address.
 */
export type DialectUnderTest = {
  start(): Promise<GuardedCrm>;
  readonly modules: PluginInput['modules'];
  /** Plug-ins that the configuration needs. */
  readonly plugins?: readonly Plugin[];
  /** The configuration's name for the record's module. */
  readonly module: string;
  /** The CRM's names for the fields. */
  readonly fields: { readonly status: string; readonly email: string; readonly subject: string };
  /** The caller's credentials, `Authorization`; null where they stand in the calls. */
  readonly credentials: string | null;
  /** The call as somebody without credentials would send it, where they stand in the call. */
  readonly asStranger?: (call: Call) => Call;
  /** Lists, records, searches: they pass as they are. */
  readonly reads: readonly Call[];
  /** POSTs that save nothing, as of a login. */
  readonly harmless: readonly Call[];
  /** A save of the record. */
  save(fields: Fields): Call;
  /** The same with a member of its own, in each place where a code may stand in the body. */
  readonly places: readonly ((fields: Fields, code: Fields) => Call)[];
  create(fields: Fields): Call;
  readonly remove: Call;
  /** A request that saves two records, the guarded one first, and the address of the other. */
  readonly pair?: {
    readonly ids: readonly [string, string];
    readonly email: string;
    save(fields: Fields): Call;
  };
  /** A save of a record that is not there, and the status by which the CRM says so. */
  readonly missing?: readonly [call: Call, status: number];
  /** A save of the record by another spelling of its id, which the CRM takes for the same. */
  readonly respelt?: Call;
  /** Writes to what no module maps. */
  readonly unmapped: readonly Call[];
  /** Writes that nobody can judge, each of which is refused. */
  readonly unknown: readonly Call[];
  /** Requests by which the CRM would close or remove the record, or change where its codes go, and which are refused. */
  readonly disguises: readonly (readonly [name: string, call: Call])[];
  /** Requests that no server should have to read, and which are refused. */
  readonly nonsense: readonly (readonly [name: string, call: Call])[];
  /** What goes wrong in clients of every CRM, in the words of this one. */
  readonly mistakes: Mistakes;
  /** What the CRM answers to a save that it does not accept. */
  readonly refuses: Answer;
  /** What of a refusal the dialect's envelope holds. */
  refusalIn(answer: Answered): { readonly code: unknown; readonly message: unknown; readonly rules: unknown };
  /** The status of a refusal, where the CRM has one of its own. */
  readonly refusalStatus?: number;
  /** Whether a request is a read of one record by the gateway itself; where it is left out, each GET is. */
  readonly isRead?: (received: Received) => boolean;
  /** The status by which the CRM tells a caller without credentials that it shows nothing. */
  readonly strangerStatus: number;
};
