/**
 * The CRM gave no answer. `unreached`: not a byte of the request arrived, so nothing was saved. `lost`: it may have arrived,
 * and nobody knows what became of it. Its message is for the log, never for a client.
 */
export class UpstreamFault extends Error {
  readonly kind: 'unreached' | 'lost';
  readonly isTimeout: boolean;

  constructor(kind: 'unreached' | 'lost', isTimeout: boolean, cause: unknown) {
    const { code, message } = cause as { readonly code?: string; readonly message?: string };
    super(
      `the CRM ${kind === 'unreached' ? 'could not be reached' : 'gave no whole answer'}: ${code ?? message}`,
    );
    this.name = 'UpstreamFault';
    this.kind = kind;
    this.isTimeout = isTimeout;
  }
}
