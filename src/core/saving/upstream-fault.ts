/**
 * The CRM gave no answer that can be handed on. `unreached`: not a byte of the request arrived, so nothing was saved. `lost`: it may
 * have arrived, and nobody knows what became of it. `unread`: it answered, and what went wrong then is ours. `unwanted`: nobody waits
 * for it any more. Its message is for the log, never for a client.
 */
export class UpstreamFault extends Error {
  readonly kind: 'unreached' | 'lost' | 'unread' | 'unwanted';
  readonly isTimeout: boolean;

  constructor(kind: UpstreamFault['kind'], isTimeout: boolean, cause: unknown) {
    const { code, message } = (cause ?? {}) as { readonly code?: string; readonly message?: string };
    super(`the CRM ${WHAT_HAPPENED[kind]}: ${code ?? message}`);
    this.name = 'UpstreamFault';
    this.kind = kind;
    this.isTimeout = isTimeout;
  }
}

/** Whatever goes wrong after the CRM was asked, as a fault of its answer: nobody may say then that nothing was saved. */
export function faultAfterAsking(fault: unknown): UpstreamFault {
  return fault instanceof UpstreamFault ? fault : new UpstreamFault('unread', false, fault);
}

const WHAT_HAPPENED = {
  unreached: 'could not be reached',
  lost: 'gave no whole answer',
  unread: 'gave an answer that could not be read or handed on',
  unwanted: 'was not waited for',
} as const;
