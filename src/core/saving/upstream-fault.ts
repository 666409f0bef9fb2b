/**
 * The CRM gave no answer. `unreached`: not a byte of the request arrived, so nothing was saved. `lost`: it may have arrived,
 * and nobody knows what became of it. `unwanted`: nobody waits for it any more. Its message is for the log, never for a client.
 */
export class UpstreamFault extends Error {
  readonly kind: 'unreached' | 'lost' | 'unwanted';
  readonly isTimeout: boolean;

  constructor(kind: UpstreamFault['kind'], isTimeout: boolean, cause: unknown) {
    const { code, message } = cause as { readonly code?: string; readonly message?: string };
    super(`the CRM ${WHAT_HAPPENED[kind]}: ${code ?? message}`);
    this.name = 'UpstreamFault';
    this.kind = kind;
    this.isTimeout = isTimeout;
  }
}

const WHAT_HAPPENED = {
  unreached: 'could not be reached',
  lost: 'gave no whole answer',
  unwanted: 'was not waited for',
} as const;
