import type { Reported } from '../../core/ledger/delivery-report.ts';
import type { Recipient } from '../../core/ledger/row.ts';
import type { Keyring } from '../../ports.ts';

/** A message that was handed to a channel: the row and the code, and to whom it went. */
type Referred = Reported & { readonly key: string };

/** What a provider is given along with a message, and gives back with its reports. Sealed for the channel: it tells the provider nothing. */
export function referenceOf(
  key: string,
  codeId: string,
  { channel, fingerprint }: Recipient,
  keyring: Keyring,
): string {
  return keyring.seal([key, codeId, fingerprint].join('\n'), contextOf(channel));
}

/** The message that a reference from a report names; undefined where it was not made for this channel. */
export function referredTo(reference: string, channel: string, keyring: Keyring): Referred | undefined {
  const [key, codeId, fingerprint] = keyring.open(reference, contextOf(channel))?.split('\n') ?? [];
  if (key === undefined || codeId === undefined || fingerprint === undefined) return undefined;
  return { key, codeId, channel, fingerprint };
}

function contextOf(channel: string): string {
  return `report\n${channel}`;
}
