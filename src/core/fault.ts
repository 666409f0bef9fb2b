/**
 * What can go wrong inside, as opposed to what is refused. Each has a heading in `docs/errors.md`.
 * `store-unavailable`, `hashing-busy`, `audit-unavailable`, `spool-unavailable`, `turn-timeout` and `plugin-failed` become 503 for the guarded
 * request that met them.
 */
export type FaultCode =
  | 'config-invalid'
  | 'store-unavailable'
  | 'hashing-busy'
  | 'audit-unavailable'
  | 'turn-timeout'
  | 'spool-unavailable'
  | 'body-already-read'
  | 'plugin-failed'
  | 'port-in-use';

/** A fault. Its message is for operators and is never sent to a client. */
export class CountersignError extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CountersignError';
    this.code = code;
  }
}

/** The code by which Node, a driver or a server names what went wrong (`ENOENT`); empty where it has none. */
export function errorCodeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
